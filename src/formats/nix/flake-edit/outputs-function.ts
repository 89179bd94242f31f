import { refuse } from './refusal.ts';
import { lineOf, type Source, type Value, valueAt, wordAt } from './syntax.ts';

/** What `outputs` takes: `inputs:`, or named arguments `all@{ self, nixpkgs ? null, ... }:`. */
export type OutputsFunction =
  | { readonly kind: 'whole' }
  | {
      readonly kind: 'named';
      readonly names: readonly Argument[];
      /** Where `...` begins. */
      readonly rest: number | null;
      /** The name for all of them, before or after `@`. */
      readonly all: string | null;
      /** After the colon. */
      readonly bodyStart: number;
    }
  | { readonly kind: 'other' };

interface Argument {
  readonly name: string;
  readonly start: number;
  /** After its default. */
  readonly end: number;
}

export function outputsFunctionOf(source: Source, value: Value): OutputsFunction {
  const isWord = source.code[value.from]?.kind === 'word';
  if (isWord && wordAt(source, value.from + 1) === ':') return { kind: 'whole' };
  const before = isWord && wordAt(source, value.from + 1) === '@' ? wordAt(source, value.from) : null;
  const open = before === null ? value.from : value.from + 2;
  if (wordAt(source, open) !== '{' || value.kind === 'set') return { kind: 'other' };
  const names: Argument[] = [];
  let rest: number | null = null;
  let at = open + 1;
  while (wordAt(source, at) !== '}') {
    const token = source.code[at];
    if (wordAt(source, at) === '...') rest = token?.start ?? null;
    else if (token?.kind === 'word' && rest === null) {
      const hasDefault = wordAt(source, at + 1) === '?';
      const last = hasDefault ? valueAt(source, at + 2, ',}').to - 1 : at;
      names.push({ name: wordAt(source, at), start: token.start, end: source.code[last]?.end ?? token.end });
      at = last;
    } else return refuse(`${lineOf(source, at)}: an argument of outputs is expected`);
    at++;
    if (wordAt(source, at) === ',') at++;
    else if (wordAt(source, at) !== '}') return refuse(`${lineOf(source, at)}: a comma between arguments is missing`);
  }
  const after = wordAt(source, at + 1) === '@' ? wordAt(source, at + 2) : null;
  const colon = after === null ? at + 1 : at + 3;
  if (wordAt(source, colon) !== ':') return { kind: 'other' };
  return { kind: 'named', names, rest, all: before ?? after, bodyStart: source.code[colon]?.end ?? value.end };
}
