import { after, applyEdits, type Edit } from './flake-edit/placement.ts';
import { orRefused, type Refused, refuse } from './flake-edit/refusal.ts';
import { lineOf, plainTextOf, type Source, sourceOf, valueAt, wordAt } from './flake-edit/syntax.ts';
import { parseNixHash, sriOf } from './hash.ts';

/**
 * Edits the file of a package, every other character left as it is:
 *
 *     stdenv.mkDerivation { version = "1.6.48"; src = fetchurl { url = …; hash = "sha256-…"; }; patches = [ ./a.patch ]; }
 *
 * What is not a plain string that stands there exactly once is refused.
 * https://nixos.org/manual/nixpkgs/stable/#chap-stdenv
 */
export type PackageEditOutcome = { readonly kind: 'edited'; readonly text: string } | Refused;

export interface Bump {
  readonly version: { readonly from: string; readonly to: string };
  /** Of the source, in any of Nix's spellings; what is written is SRI. */
  readonly hash: { readonly from: string; readonly to: string };
}

/** The version that a package's file sets; null where it is not one plain string. */
export function versionIn(text: string): string | null {
  const read = orRefused(() => ({ kind: 'read' as const, found: stringsOf(sourceOf(text), ['version']) }));
  if (read.kind === 'refused') return null;
  const [only, ...others] = read.found;
  return only !== undefined && others.length === 0 ? only.text : null;
}

export function bumpPackage(text: string, { version, hash }: Bump): PackageEditOutcome {
  return orRefused(() => {
    const source = sourceOf(text);
    const [from, to] = [parseNixHash(hash.from), parseNixHash(hash.to)];
    if (from === null || to === null) return refuse('the hash of the source is none that Nix writes');
    const old = sriOf(from);
    const edits = [
      replace(
        the(stringsOf(source, ['version']), 'version', (said) => said === version.from),
        version.to,
      ),
      replace(
        the(stringsOf(source, hashNames), 'hash of the source', (said) => {
          const parsed = parseNixHash(said);
          return parsed !== null && sriOf(parsed) === old;
        }),
        sriOf(to),
      ),
    ];
    return { kind: 'edited', text: applyEdits(text, edits) };
  });
}

/** Puts one patch more at the end of `patches = [ … ]`, or such a list behind `src`. */
export function addPatch(text: string, patch: string): PackageEditOutcome {
  return orRefused(() => {
    const source = sourceOf(text);
    const [list, ...others] = bindingsNamed(source, 'patches');
    if (others.length > 0) return refuse('patches is set more than once');
    if (list === undefined) {
      const [src, ...more] = bindingsNamed(source, 'src');
      if (src === undefined || more.length > 0) return refuse('there is not exactly one src to put patches behind');
      const { value, start } = src;
      const end = source.code[value.to]?.end ?? 0;
      return edited(text, [after(source, { start, end }, `patches = [ ${patch} ];`)]);
    }
    const { value } = list;
    const isList = wordAt(source, value.from) === '[' && closing(source, value.from) === value.to - 1;
    if (!isList) return refuse(`${lineOf(source, value.from)}: patches is not a plain list`);
    const end = source.code[value.to - 1]?.start ?? 0;
    const lineStart = text.lastIndexOf('\n', end - 1) + 1;
    const before = text.slice(lineStart, end);
    if (before.trim() !== '') return edited(text, [{ start: end, end, text: `${patch} ` }]);
    return edited(text, [{ start: lineStart, end: lineStart, text: `${before}  ${patch}\n` }]);
  });
}

const hashNames = ['hash', 'sha256', 'sha512', 'outputHash'] as const;

function edited(text: string, edits: readonly Edit[]): PackageEditOutcome {
  const written = applyEdits(text, edits);
  // What was written has to scan as Nix too.
  sourceOf(written);
  return { kind: 'edited', text: written };
}

interface Stated {
  readonly start: number;
  readonly end: number;
  /** Null for anything but a plain string. */
  readonly text: string | null;
}

function the(found: readonly Stated[], what: string, fits: (text: string) => boolean): Stated {
  const fitting = found.filter(({ text }) => text !== null && fits(text));
  const [only] = fitting;
  if (only === undefined) return refuse(`the ${what} is not a plain string in the package's file`);
  if (fitting.length > 1) return refuse(`the ${what} stands in the package's file ${fitting.length} times`);
  return only;
}

function replace({ start, end }: Stated, text: string): Edit {
  return { start, end, text: JSON.stringify(text) };
}

/** What follows `name =`, wherever in the file it stands. */
function stringsOf(source: Source, names: readonly string[]): readonly Stated[] {
  return names
    .flatMap((name) => bindingsNamed(source, name))
    .map(({ value }) => ({
      start: value.start,
      end: value.end,
      text: value.kind === 'text' ? plainTextOf(source.text.slice(value.start, value.end)) : null,
    }));
}

function bindingsNamed(source: Source, name: string) {
  return source.code.flatMap((token, index) => {
    const before = wordAt(source, index - 1);
    const isBinding =
      token.kind === 'word' &&
      wordAt(source, index) === name &&
      wordAt(source, index + 1) === '=' &&
      (before === '{' || before === ';' || before === 'let');
    return isBinding ? [{ start: token.start, value: valueAt(source, index + 2, ';') }] : [];
  });
}

/** The token that closes the bracket at `from`. */
function closing(source: Source, from: number): number {
  let open = 0;
  for (let at = from; at < source.code.length; at++) {
    const sign = source.code[at]?.kind === 'text' ? '' : wordAt(source, at);
    if (sign === '[') open++;
    if (sign === ']' && --open === 0) return at;
  }
  return -1;
}
