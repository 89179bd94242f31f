/** Every order that versions are compared in: one file a scheme, one line here. */
import { apk } from './apk.ts';
import { dpkg } from './dpkg.ts';
import { generic, genericAnyPatch } from './generic.ts';
import { go } from './go.ts';
import { java } from './java.ts';
import { maven } from './maven.ts';
import { nuget } from './nuget.ts';
import { cran, hackage } from './number-list.ts';
import { openssl } from './openssl.ts';
import { packagist } from './packagist.ts';
import { pep440 } from './pep440.ts';
import { pub } from './pub.ts';
import { rpm } from './rpm.ts';
import { rubygems } from './rubygems.ts';
import { semver } from './semver.ts';
import type { VersionOrder } from './version-order.ts';

/** Compares one version, parsed once, with a bound; null when the bound is no version of the scheme. */
export type Comparer = (bound: string) => number | null;

interface ClosedOrder {
  readonly compare: (a: string, b: string) => number | null;
  readonly comparer: (version: string) => Comparer | null;
}

const orders = {
  semver: closed(semver),
  npm: closed(semver),
  go: closed(go),
  pep440: closed(pep440),
  maven: closed(maven),
  rubygems: closed(rubygems),
  packagist: closed(packagist),
  nuget: closed(nuget),
  hackage: closed(hackage),
  cran: closed(cran),
  pub: closed(pub),
  dpkg: closed(dpkg),
  apk: closed(apk),
  rpm: closed(rpm),
  openssl: closed(openssl),
  java: closed(java),
  generic: closed(generic),
  'generic-any-patch': closed(genericAnyPatch),
} as const satisfies Readonly<Record<string, ClosedOrder>>;

/** `git` is no order: only the history of the repository can tell. */
export type ComparableScheme = keyof typeof orders;

export const comparableSchemes = Object.keys(orders) as readonly ComparableScheme[];

/** Below zero, zero or above, as `a` is before, equal to or after `b`; null when one of them is no version of the scheme. */
export function compareVersions(scheme: ComparableScheme | 'git', a: string, b: string): number | null {
  return scheme === 'git' ? null : orders[scheme].compare(a, b);
}

/** Null when `version` is no version of the scheme. */
export function comparerOf(scheme: ComparableScheme | 'git', version: string): Comparer | null {
  return scheme === 'git' ? null : orders[scheme].comparer(version);
}

const longestVersion = 256;
const keptKeys = 20_000;

/** Hides the key's type; remembers the keys of recent texts, for the same bounds come again and again. */
function closed<Key>({ parse, compare }: VersionOrder<Key>): ClosedOrder {
  const keys = new Map<string, Key | null>();
  const keyOf = (text: string): Key | null => {
    const known = keys.get(text);
    if (known !== undefined) return known;
    if (keys.size >= keptKeys) keys.clear();
    const trimmed = text.trim();
    const key = trimmed.length > longestVersion ? null : parse(trimmed);
    keys.set(text, key);
    return key;
  };
  const comparer = (version: string): Comparer | null => {
    const own = keyOf(version);
    if (own === null) return null;
    return (bound) => {
      const other = keyOf(bound);
      return other === null ? null : compare(own, other);
    };
  };
  return { comparer, compare: (a, b) => comparer(a)?.(b) ?? null };
}
