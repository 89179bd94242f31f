import { type OutputsFunction, outputsFunctionOf } from './outputs-function.ts';
import { refuse } from './refusal.ts';
import {
  type Binding,
  bindingsOf,
  plainTextOf,
  type Source,
  snippet,
  sourceOf,
  type Value,
  valueAt,
} from './syntax.ts';

/** A flake.nix whose inputs are written out as plain sets:
 *
 *     { inputs.nixpkgs.url = "github:NixOS/nixpkgs"; inputs = { tools.url = "…"; }; outputs = { self, ... }: { }; }
 *
 * https://nix.dev/manual/nix/2.26/command-ref/new-cli/nix3-flake#flake-format
 */
export interface Flake {
  readonly source: Source;
  /** Everything that is set beside inputs and outputs. */
  readonly others: readonly Binding[];
  /** Each `inputs = { … }`. */
  readonly blocks: readonly Value[];
  /** The bindings that name an input, in the order of the text, and what stands before that name. */
  readonly entries: readonly { readonly binding: Binding; readonly prefix: '' | 'inputs.' }[];
  readonly leaves: readonly Leaf[];
  readonly outputs: Outputs | null;
}

/** One attribute of an input, however it is nested: `["tools", "inputs", "nixpkgs", "follows"]`. */
export interface Leaf {
  readonly names: readonly string[];
  readonly value: Value;
  /** What it says when it is a plain text. */
  readonly text: string | null;
}

export interface Outputs {
  readonly binding: Binding;
  readonly function: OutputsFunction;
}

export function readFlake(text: string): Flake {
  const source = sourceOf(text);
  const root = rootOf(source);
  const blocks: Value[] = [];
  const entries: Flake['entries'][number][] = [];
  const leaves: Leaf[] = [];
  const others: Binding[] = [];
  let outputs: Outputs | null = null;
  for (const binding of bindingsOf(source, root)) {
    const [first, ...names] = binding.names;
    if (first === 'inputs' && names.length === 0) {
      if (binding.value.kind !== 'set')
        return refuse(`inputs is \`${snippet(source, binding.value)}\`, not a plain set that could be edited`);
      blocks.push(binding.value);
      for (const inner of bindingsOf(source, binding.value)) {
        entries.push({ binding: inner, prefix: '' });
        leaves.push(...leavesOf(source, inner.names, inner.value));
      }
    } else if (first === 'inputs') {
      entries.push({ binding, prefix: 'inputs.' });
      leaves.push(...leavesOf(source, names, binding.value));
    } else if (first === 'outputs' && names.length === 0) {
      if (outputs !== null) return refuse('outputs is set twice');
      outputs = { binding, function: outputsFunctionOf(source, binding.value) };
    } else others.push(binding);
  }
  return { source, others, blocks, entries, leaves, outputs };
}

function rootOf(source: Source): Value {
  if (source.code.length === 0) return refuse('the file is empty');
  const root = valueAt(source, 0, '');
  if (root.kind !== 'set')
    return refuse(`the file is \`${snippet(source, root)}\`, not a plain set { … } that could be edited`);
  return root;
}

function leavesOf(source: Source, names: readonly string[], value: Value): readonly Leaf[] {
  if (value.kind === 'set')
    return bindingsOf(source, value).flatMap((inner) => leavesOf(source, [...names, ...inner.names], inner.value));
  const text = value.kind === 'text' ? plainTextOf(source.text.slice(value.start, value.end)) : null;
  return [{ names, value, text }];
}
