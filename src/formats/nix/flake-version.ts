import { order } from '../../foundation/order.ts';

/**
 * The version of a flake release: SemVer 2.0 with unsigned 64-bit parts, `0.2605.1042+rev-9f4c…` (40 digits of the commit).
 * https://semver.org/spec/v2.0.0.html
 */
export interface FlakeVersion {
  readonly major: bigint;
  readonly minor: bigint;
  readonly patch: bigint;
  /** The identifiers after `-`; empty for a version that is final. */
  readonly prerelease: readonly string[];
}

const maxCharacters = 256;
const maxPart = 2n ** 64n - 1n;
const shape = /^(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?(?:\+([0-9A-Za-z.-]+))?$/;

/** Null when the text is not a full version. Build metadata is checked and dropped: it takes no part in any order. */
export function parseFlakeVersion(text: string): FlakeVersion | null {
  if (text.length > maxCharacters) return null;
  const found = shape.exec(text);
  if (found === null) return null;
  const [major, minor, patch] = [found[1], found[2], found[3]].map((part) => parseVersionPart(part ?? ''));
  if (major == null || minor == null || patch == null) return null;
  const prerelease = found[4]?.split('.') ?? [];
  if (prerelease.some((one) => one === '' || /^0\d+$/.test(one))) return null;
  if (found[5]?.split('.').includes('') === true) return null;
  return { major, minor, patch, prerelease };
}

/** One number of a version: up to 18446744073709551615, without leading zeros. */
export function parseVersionPart(text: string): bigint | null {
  if (!/^(?:0|[1-9]\d{0,19})$/.test(text)) return null;
  const part = BigInt(text);
  return part > maxPart ? null : part;
}

/** By SemVer precedence; versions that differ in build metadata only are equal. */
export function compareFlakeVersions(a: FlakeVersion, b: FlakeVersion): number {
  return (
    order(a.major, b.major) ||
    order(a.minor, b.minor) ||
    order(a.patch, b.patch) ||
    comparePrereleases(a.prerelease, b.prerelease)
  );
}

/** None comes after any: `1.0.0-1` < `1.0.0-alpha` < `1.0.0-rc.2` < `1.0.0-rc.10` < `1.0.0`. */
export function comparePrereleases(a: readonly string[], b: readonly string[]): number {
  if (a.length === 0 || b.length === 0) return Math.sign(b.length - a.length);
  for (const [index, left] of a.entries()) {
    const right = b[index];
    if (right === undefined) return 1;
    const order = compareIdentifiers(left, right);
    if (order !== 0) return order;
  }
  return a.length < b.length ? -1 : 0;
}

/** The version without its build metadata: `0.2605.1042`. */
export function simplifiedVersion(version: string): string {
  const end = version.indexOf('+');
  return end < 0 ? version : version.slice(0, end);
}

function compareIdentifiers(a: string, b: string): number {
  const [left, right] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (left !== right) return left ? -1 : 1;
  // Numbers have no leading zeros: the longer one is the greater.
  return (left ? order(a.length, b.length) : 0) || order(a, b);
}
