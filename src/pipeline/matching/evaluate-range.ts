import { type ComparableScheme, type Comparer, comparerOf } from '../../formats/versions/index.ts';
import type { AffectedProduct, Range, VersionScheme } from '../feeds/index.ts';
import type { Justification, RangeOutcome } from './model.ts';
import { type CarriedVersion, isCommit, plainDate } from './version-of.ts';

export interface Evaluation {
  readonly outcome: RangeOutcome;
  /** Whether the outcome rests on bounds that are proof. */
  readonly precise: boolean;
  /** Whether another sound order of the same versions would give another answer. */
  readonly disputed: boolean;
  /** The end of the range that the version is in, or that it has passed. */
  readonly fixedIn: string | null;
  /** Out because the version has passed an affected range, not because it never was in one. */
  readonly passed: boolean;
  /** Set where the package does not hold what the record speaks of. */
  readonly justification: Justification | null;
  readonly because: string;
}

type Comparable = Extract<CarriedVersion, { readonly text: string }>;

/** Orders of distributions say when *they* fixed it, in their own numbering: evidence, never membership. */
const foreign: ReadonlySet<VersionScheme> = new Set(['dpkg', 'apk', 'rpm']);

/** Whether one entry of a record names this version. */
export function evaluateRange(affected: AffectedProduct, version: CarriedVersion): Evaluation {
  if (version.kind === 'commit' || version.kind === 'absent') return unknown(version.because);
  if (foreign.has(affected.scheme)) return unknown("a distribution's numbering");
  if (affected.scheme === 'git') return unknown('commits only');
  const scheme = schemeFor(affected);
  const comparer = comparerFor(scheme, version);
  if (comparer === null) return unknown(`${version.text} is no version of the order ${scheme}`);
  const first = membership(affected, comparer, version.text);
  if (version.kind === 'version' && version.snapshot && first.outcome === 'in')
    return { ...first, disputed: true, because: `${first.because}, but it is a later state of ${version.text}` };
  const other = secondOpinion(affected, scheme, version);
  return other === null || other === first.outcome
    ? first
    : { ...first, disputed: true, because: `${first.because}; another order of these versions gives ${other}` };
}

/** Whether only their identities differ, for sure: of a record's products that are alike the lists are shared. */
export function isAlike(a: AffectedProduct, b: AffectedProduct): boolean {
  return (
    a.ranges === b.ranges &&
    a.versions === b.versions &&
    a.unaffected === b.unaffected &&
    a.platforms === b.platforms &&
    a.otherwise === b.otherwise &&
    a.weak === b.weak &&
    a.component === b.component &&
    a.scheme === b.scheme &&
    schemeFor(a) === schemeFor(b)
  );
}

/** Products whose numbering is known better than by what a record calls it. */
const ownOrders: ReadonlyMap<string, ComparableScheme> = new Map(
  Object.entries({
    openssl: 'openssl',
    openjdk: 'java',
    jdk: 'java',
    jre: 'java',
  }),
);

function schemeFor({ scheme, identity }: AffectedProduct): ComparableScheme {
  const product = identity.kind === 'cpe' || identity.kind === 'product' ? identity.product.toLowerCase() : '';
  return ownOrders.get(product) ?? (scheme === 'git' ? 'generic' : scheme);
}

const lastComparers = new WeakMap<
  Comparable,
  { readonly scheme: ComparableScheme; readonly comparer: Comparer | null }
>();

/** The last one of a version is kept: the records of a package name its versions alike. */
function comparerFor(scheme: ComparableScheme, version: Comparable): Comparer | null {
  const last = lastComparers.get(version);
  if (last?.scheme === scheme) return last.comparer;
  const comparer = makeComparer(scheme, version);
  lastComparers.set(version, { scheme, comparer });
  return comparer;
}

/** Nixpkgs writes what SemVer and others refuse (`10.2p1`): the general order stands in, and a date is held only against dates. */
function makeComparer(scheme: ComparableScheme, version: Comparable): Comparer | null {
  const general = comparerOf('generic', version.text);
  const native = scheme === 'generic' ? general : comparerOf(scheme, version.text);
  if (general === null) return native;
  if (version.kind === 'date') {
    return (bound) => {
      const day = plainDate(bound);
      return day === null ? null : general(day);
    };
  }
  // Some records write commits where versions stand.
  return native === null || native === general
    ? (bound) => (isCommit(bound) ? null : general(bound))
    : (bound) => (isCommit(bound) ? null : (native(bound) ?? general(bound)));
}

function secondOpinion(affected: AffectedProduct, scheme: ComparableScheme, version: Comparable): RangeOutcome | null {
  // Orders differ only where there are letters, build numbers or dashes.
  if (scheme !== 'generic' || /^[\d.]+$/.test(version.text) || version.kind === 'date') return null;
  const comparer = comparerOf('generic-any-patch', version.text);
  return comparer === null ? null : membership(affected, comparer, version.text).outcome;
}

function membership(affected: AffectedProduct, compare: Comparer, version: string): Evaluation {
  const within = affected.unaffected.find((range) => sideOf(range, compare) === 'within');
  if (within !== undefined) {
    return {
      ...blank,
      outcome: 'out',
      precise: true,
      passed: true,
      fixedIn: within.lo,
      because: `${version} is in the unaffected ${textOf(within)}`,
    };
  }
  if (affected.versions.some((listed) => compare(listed) === 0)) {
    return affected.weak === null
      ? { ...blank, outcome: 'in', precise: true, because: `${version} is listed` }
      : { ...blank, outcome: 'weak-in', because: `${version} is listed, but ${affected.weak}` };
  }
  let comparable = affected.versions.length > 0 && affected.versions.some((listed) => compare(listed) !== null);
  let passed: Range | null = null;
  let open: Range | null = null;
  for (const range of affected.ranges) {
    const side = sideOf(range, compare);
    if (side === null) continue;
    comparable = true;
    if (side === 'within' && range.hi !== null && affected.weak === null) {
      return {
        ...blank,
        outcome: 'in',
        precise: true,
        fixedIn: range.hiInclusive ? null : range.hi,
        because: `${version} is in ${textOf(range)}`,
      };
    }
    if (side === 'within') open = range;
    else if (side === 'past' && isLater(range, passed, compare)) passed = range;
  }
  if (open !== null) {
    const why = affected.weak ?? 'no version is named in which it ends';
    return {
      ...blank,
      outcome: 'weak-in',
      fixedIn: open.hiInclusive ? null : open.hi,
      because: `${version} is in ${textOf(open)}, but ${why}`,
    };
  }
  if (affected.otherwise === 'affected') return byDefault(affected, compare, version);
  if (!comparable) return unknown('no bound that can be compared');
  return {
    ...blank,
    outcome: 'out',
    precise: affected.weak === null,
    passed: passed !== null,
    fixedIn: passed === null || passed.hiInclusive ? null : passed.hi,
    because: passed === null ? `${version} is in no affected range` : `${version} is past ${textOf(passed)}`,
  };
}

/** Affected unless named: proof as long as a later version is named as fixed. */
function byDefault(affected: AffectedProduct, compare: Comparer, version: string): Evaluation {
  const next = affected.unaffected.find(({ lo }) => lo !== null && (compare(lo) ?? 0) < 0)?.lo ?? null;
  const because = `${version} counts as affected, as every version that is not named`;
  return next === null || affected.weak !== null
    ? { ...blank, outcome: 'weak-in', because }
    : { ...blank, outcome: 'in', precise: true, fixedIn: next, because: `${because}; the next fixed one is ${next}` };
}

const blank: Omit<Evaluation, 'outcome' | 'because'> = {
  precise: false,
  disputed: false,
  fixedIn: null,
  passed: false,
  justification: null,
};

function unknown(because: string): Evaluation {
  return { ...blank, outcome: 'unknown', because };
}

/** Where the version stands; null when a bound cannot be compared: never taken as fixed. */
function sideOf(range: Range, compare: Comparer): 'before' | 'within' | 'past' | null {
  const low = range.lo === null ? 1 : compare(range.lo);
  const high = range.hi === null ? -1 : compare(range.hi);
  if (low === null || high === null) return null;
  if (high > 0 || (high === 0 && !range.hiInclusive)) return 'past';
  return low > 0 || (low === 0 && range.loInclusive) ? 'within' : 'before';
}

/** Of the ranges passed the last one is the branch that the version follows. */
function isLater(range: Range, passed: Range | null, compare: Comparer): boolean {
  if (passed === null || passed.lo === null || range.lo === null) return true;
  const [a, b] = [compare(range.lo), compare(passed.lo)];
  return a !== null && b !== null && a >= 0 && a <= b;
}

function textOf({ lo, loInclusive, hi, hiInclusive }: Range): string {
  const low = lo === null ? '' : `${loInclusive ? '≥' : '>'} ${lo}`;
  const high = hi === null ? '' : `${hiInclusive ? '≤' : '<'} ${hi}`;
  return low === '' && high === '' ? 'all versions' : `${low}${low === '' || high === '' ? '' : ' '}${high}`;
}
