import { comparePrereleases, type FlakeVersion, parseFlakeVersion, parseVersionPart } from './flake-version.ts';

/**
 * The version range of a flake's URL: `0`, `0.2605`, `=0.1.5`, `>=0.1,<0.3`, `0.1.*`, `*`. Cargo's rules: no operator
 * means `^`, a comma means "and", build metadata is ignored.
 * https://doc.rust-lang.org/cargo/reference/specifying-dependencies.html
 */
export interface Requirement {
  readonly kind: 'requirement';
  /** All must hold; none for `*`. */
  readonly comparators: readonly Comparator[];
}

interface Comparator {
  readonly operator: '^' | '~' | '=' | '>' | '>=' | '<' | '<=';
  readonly major: bigint;
  /** Null where the range leaves the part open; a pre-release is named only after all three. */
  readonly minor: bigint | null;
  readonly patch: bigint | null;
  readonly prerelease: readonly string[];
}

export interface MalformedRequirement {
  readonly kind: 'malformed';
  /** One short line that may be shown to whoever wrote the range. */
  readonly reason: string;
}

const maxCharacters = 4096;
const maxComparators = 32;

export function parseRequirement(text: string): Requirement | MalformedRequirement {
  if (text.length > maxCharacters) return malformed(`a version range has at most ${maxCharacters} characters`);
  if (/^ *[*xX] *$/.test(text)) return { kind: 'requirement', comparators: [] };
  const parts = text.split(',');
  if (parts.length > maxComparators) return malformed(`a version range has at most ${maxComparators} parts`);
  const comparators: Comparator[] = [];
  for (const part of parts) {
    const comparator = parseComparator(part);
    if (comparator === null)
      return malformed(
        `${JSON.stringify(part.slice(0, 20))} is not a version range: write 0.1, =0.1.5, >=0.1,<0.3 or *`,
      );
    comparators.push(comparator);
  }
  return { kind: 'requirement', comparators };
}

/**
 * Whether a version is inside a range. A pre-release is so only when the range names a pre-release of the same three
 * numbers: whoever asks for `>=1.0.0` does not get 2.0.0-beta.
 */
export function satisfies(requirement: Requirement, version: FlakeVersion): boolean {
  const { comparators } = requirement;
  if (!comparators.every((comparator) => admits(comparator, version))) return false;
  return version.prerelease.length === 0 || comparators.some((comparator) => namesPrereleaseOf(comparator, version));
}

function parseComparator(text: string): Comparator | null {
  const found = /^ *(?:(>=|<=|[~^=><]) *)?([^ ]+) *$/.exec(text);
  if (found === null) return null;
  const [, operator, version = ''] = found;
  const full = parseFlakeVersion(version);
  if (full !== null) return { operator: (operator as Comparator['operator'] | undefined) ?? '^', ...full };
  const partial = /^(\d+)(?:\.(?:(\d+)(?:\.([*xX]))?|([*xX])(?:\.[*xX])?))?$/.exec(version);
  if (partial === null) return null;
  const major = parseVersionPart(partial[1] ?? '');
  const minor = partial[2] === undefined ? null : parseVersionPart(partial[2]);
  if (major === null || (minor === null && partial[2] !== undefined)) return null;
  const hasWildcard = partial[3] !== undefined || partial[4] !== undefined;
  return {
    operator: (operator as Comparator['operator'] | undefined) ?? (hasWildcard ? '=' : '^'),
    major,
    minor,
    patch: null,
    prerelease: [],
  };
}

function admits(range: Comparator, version: FlakeVersion): boolean {
  const numbers = compareNumbers(version, range);
  const rest = comparePrereleases(version.prerelease, range.prerelease);
  const isFull = range.patch !== null;
  switch (range.operator) {
    case '=':
      return numbers === 0 && rest === 0;
    case '>':
      return numbers > 0 || (numbers === 0 && isFull && rest > 0);
    case '>=':
      return numbers > 0 || (numbers === 0 && (rest === 0 || (isFull && rest > 0)));
    case '<':
      return numbers < 0 || (numbers === 0 && isFull && rest < 0);
    case '<=':
      return numbers < 0 || (numbers === 0 && (rest === 0 || (isFull && rest < 0)));
    case '~':
      return (
        version.major === range.major &&
        (range.minor === null || version.minor === range.minor) &&
        (numbers > 0 || (numbers === 0 && rest >= 0))
      );
    case '^':
      return sharesLead(range, version) && (numbers > 0 || (numbers === 0 && (!isFull || rest >= 0)));
  }
}

/** The numbers up to the first that is not zero are what `^` holds fast. */
function sharesLead(range: Comparator, version: FlakeVersion): boolean {
  if (version.major !== range.major) return false;
  if (range.major > 0n || range.minor === null) return true;
  if (version.minor !== range.minor) return false;
  return range.minor > 0n || range.patch === null || version.patch === range.patch;
}

/** By the numbers that the range names; 0 when those are equal. */
function compareNumbers(version: FlakeVersion, range: Comparator): number {
  for (const part of ['major', 'minor', 'patch'] as const) {
    const bound = range[part];
    if (bound === null) return 0;
    if (version[part] !== bound) return version[part] < bound ? -1 : 1;
  }
  return 0;
}

function namesPrereleaseOf(range: Comparator, version: FlakeVersion): boolean {
  return range.prerelease.length > 0 && compareNumbers(version, range) === 0;
}

function malformed(reason: string): MalformedRequirement {
  return { kind: 'malformed', reason };
}
