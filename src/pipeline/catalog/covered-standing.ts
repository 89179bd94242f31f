import type { CoveredPackage } from './model.ts';
import type { Failure } from './store.ts';

/** How a covered attribute stands in an evaluated tree. */
export type CoveredStanding =
  | { readonly kind: 'carried'; readonly version: string; readonly systems: readonly string[] }
  /** It evaluates on some systems only, although more is promised. */
  | { readonly kind: 'partly'; readonly version: string; readonly lacking: readonly LackingSystem[] }
  | { readonly kind: 'renamed'; readonly to: string; readonly message: string }
  | { readonly kind: 'gone'; readonly message: string }
  | { readonly kind: 'broken'; readonly message: string }
  /** No evaluation has come to it yet. */
  | { readonly kind: 'unknown' };

interface LackingSystem {
  readonly system: string;
  readonly message: string;
}

export interface CoveredState {
  readonly package: CoveredPackage;
  readonly standing: CoveredStanding;
  /** What to do about it; null where all is well. */
  readonly suggestion: string | null;
}

/** Each covered package held against one evaluation: what was found of it, and the failures it gave. */
export function coveredStates(given: {
  readonly covered: readonly CoveredPackage[];
  readonly found: readonly { readonly attr: string; readonly version: string; readonly systems: readonly string[] }[];
  readonly failures: readonly Failure[];
}): readonly CoveredState[] {
  const found = new Map(given.found.map((one) => [one.attr, one]));
  const failures = Map.groupBy(given.failures, ({ attr }) => attr);
  return given.covered.map((covered) => {
    const standing = standingOf(covered, found.get(covered.attr), failures.get(covered.attr) ?? []);
    return { package: covered, standing, suggestion: suggestionFor(covered, standing) };
  });
}

// How aliases.nix words it: "'a' has been renamed to/replaced by 'b'", "removed in favour of b", "use b instead".
const newName =
  /\b(?:renamed (?:to|as)|(?:moved|replaced) (?:to|by|with)|in favou?r of|superseded by|use) (?:the )?["'‘`]?(?:pkgs\.)?([A-Za-z_][\w+-]*(?:\.[A-Za-z_][\w+-]*)*)/gi;
const noNames = new Set(['the', 'a', 'an', 'it', 'its', 'one', 'of', 'another', 'other', 'newer', 'this', 'that']);

/** The name that Nixpkgs gives in an alias's message; null where it gives none. */
export function newNameIn(message: string): string | null {
  const plain = message.replace('renamed to/replaced by', 'replaced by');
  const names = [...plain.matchAll(newName)].map(([, name]) => name ?? '');
  return names.find((name) => !noNames.has(name.toLowerCase())) ?? null;
}

function standingOf(
  { tiers }: CoveredPackage,
  found: { readonly version: string; readonly systems: readonly string[] } | undefined,
  failures: readonly Failure[],
): CoveredStanding {
  const lacking = failures.filter(({ system }) => tiers?.[system] !== 'evaluates');
  if (found !== undefined && lacking.length === 0)
    return { kind: 'carried', version: found.version, systems: found.systems };
  if (found !== undefined)
    return {
      kind: 'partly',
      version: found.version,
      lacking: lacking.map(({ system, message }) => ({ system, message })),
    };
  const [first] = failures;
  if (first === undefined) return { kind: 'unknown' };
  const to = failures.map(({ message }) => newNameIn(message)).find((name) => name !== null);
  const { message } = first;
  if (to !== undefined) return { kind: 'renamed', to, message };
  if (first.how === 'missing' || /\b(?:has been|was) (?:removed|dropped)\b/i.test(message))
    return { kind: 'gone', message };
  return { kind: 'broken', message };
}

function suggestionFor({ attr, category }: CoveredPackage, standing: CoveredStanding): string | null {
  switch (standing.kind) {
    case 'renamed':
      return `Cover ${standing.to} in its place: snowguard covered add ${standing.to} --category ${category} --reason "renamed upstream"`;
    case 'gone':
      return `Upstream has it no more: carry it over with a patch, or announce the end: snowguard covered remove ${attr} --reason "…"`;
    case 'broken':
      return 'It does not evaluate: look at the message, and fix it in the channel.';
    case 'partly':
      return `Say what is promised there: tiers = { ${standing.lacking[0]?.system ?? 'system'} = "evaluates" } under [override.${attr.includes('.') ? JSON.stringify(attr) : attr}].`;
    default:
      return null;
  }
}
