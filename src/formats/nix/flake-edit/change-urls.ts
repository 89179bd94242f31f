import { type FlakeEditOutcome, finishEdit, type Intention } from './finish-edit.ts';
import { type Flake, readFlake } from './flake.ts';
import type { Edit } from './placement.ts';
import { orRefused, type Refused, refuse } from './refusal.ts';
import { literalOf } from './syntax.ts';

/** An input as the flake states it. */
export interface FlakeInput {
  readonly name: string;
  /** Null when it has none, or one that is not a plain string. */
  readonly url: string | null;
  /** False with `flake = false`: Nix takes the files and reads no flake.nix of it. */
  readonly isFlake: boolean;
}

export interface FlakeInputs {
  readonly kind: 'inputs';
  readonly inputs: readonly FlakeInput[];
  /** The arguments that `outputs` names; none of the inputs need stand behind them. */
  readonly taken: readonly string[];
}

export interface UrlChange {
  readonly name: string;
  readonly url: string;
  /** Whether `flake = false` goes: `name = { url = …; flake = false; };` becomes `name.url = …;`. */
  readonly becomesFlake: boolean;
}

export function readInputs(text: string): FlakeInputs | Refused {
  return orRefused(() => {
    const { leaves, outputs, source } = readFlake(text);
    const named = Map.groupBy(leaves, ({ names }) => names[0] ?? '');
    return {
      kind: 'inputs',
      inputs: [...named].map(([name, own]) => ({
        name,
        url: own.find(({ names }) => names.length === 2 && names[1] === 'url')?.text ?? null,
        isFlake: !own.some(
          ({ names, value }) =>
            names.length === 2 && names[1] === 'flake' && source.text.slice(value.start, value.end) === 'false',
        ),
      })),
      taken: outputs?.function.kind === 'named' ? outputs.function.names.map((argument) => argument.name) : [],
    };
  });
}

/** Gives inputs that have a URL another one. */
export function changeUrls(text: string, changes: readonly UrlChange[]): FlakeEditOutcome {
  return orRefused(() => {
    const flake = readFlake(text);
    const edits = changes.map((change) => editOf(flake, change));
    const intentions = changes.flatMap(({ name, url, becomesFlake }): readonly Intention[] => [
      { place: ['inputs', name, 'url'], text: literalOf(url) },
      ...(becomesFlake ? [{ place: ['inputs', name, 'flake'], text: null }] : []),
    ]);
    return finishEdit(flake, edits, intentions);
  });
}

function editOf({ source, leaves, entries }: Flake, { name, url, becomesFlake }: UrlChange): Edit {
  const own = leaves.filter(({ names }) => names[0] === name);
  const stated = own.find(({ names }) => names.length === 2 && names[1] === 'url');
  if (stated?.text == null) return refuse(`the URL of the input ${name} is not a plain string`);
  if (!becomesFlake) return { start: stated.value.start, end: stated.value.end, text: literalOf(url) };
  const block = entries.find(({ binding: { names, value }, prefix }) => {
    const isWhole = names.length === (prefix === '' ? 1 : 2) && names.at(-1) === name;
    return isWhole && value.kind === 'set';
  })?.binding;
  const hasComment = source.tokens.some(
    ({ kind, start }) => kind === 'comment' && block !== undefined && start > block.start && start < block.end,
  );
  if (block === undefined || own.length !== 2 || hasComment)
    return refuse(`the input ${name} is not one block of \`url\` and \`flake\``);
  return { start: block.namesEnd, end: block.value.end, text: `.url = ${literalOf(url)}` };
}
