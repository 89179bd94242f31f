import type { Clock } from '../../foundation/clock.ts';
import { inParts } from '../../foundation/in-parts.ts';
import type { Advisory, AdvisoryFacts } from '../advisories/index.ts';
import type { Instance } from '../catalog/index.ts';
import { type Carried, type CarriedPackage, carriedOf, packagesByKey } from './carried.ts';
import { differenceOf } from './difference-of.ts';
import { type Entry, entriesOf, keysSpokenOf } from './entries-of.ts';
import { findRecords } from './find-records.ts';
import type { FixChanges } from './fix-changes.ts';
import { type IdentityData, withLearned } from './identity-data.ts';
import {
  type Explanation,
  explainMatch,
  type MatchInput,
  matchPackage,
  type RoutedMatch,
  type StoredMatch,
} from './match-package.ts';
import type { Match } from './model.ts';
import { idKey } from './package-of.ts';
import { type ChangingSources, rememberedAdvisories } from './remembered-advisories.ts';
import type { MatchRun, MatchStore, RunScope } from './store.ts';
import { asTaken } from './taken.ts';
import { outputHashes, type References } from './usage-of.ts';
import { withVendorsOfRecords } from './vendors-of-records.ts';

/** What decides on one package and one advisory. */
export interface Algorithm {
  /** Grows when the same input may give another answer; what a newer one would change waits for a person. */
  readonly version: number;
  readonly match: (input: MatchInput) => RoutedMatch | null;
}

const ours: Algorithm = { version: 6, match: matchPackage };

const recordsTogether = 200;

/** Of more packages at once nothing is remembered: it would not all have room. */
const fewPackages = 5_000;

export type AdvisorySource = ChangingSources['advisories'] & {
  readonly byId: (id: string) => Promise<Advisory | null>;
};

export interface MatchRequest {
  readonly channel: string;
  readonly evaluationId: string;
  /** Called only when the evaluation is not the one of the last run. */
  readonly instances: () => Promise<Iterable<Instance>>;
  /** What to look at again; `ids` are advisories, also such that are no more. */
  readonly scope: RunScope;
  /** The last change of an advisory that it takes in. */
  readonly advisoryChange?: number;
}

export interface Matcher {
  readonly algorithm: number;
  /** Matches without storing. */
  readonly match: (request: MatchRequest) => Promise<readonly RoutedMatch[]>;
  /**
   * Runs in the shadow of the last run, on its evaluation: what would change waits for a person and is not live.
   * `changed` advisories are left to the next run, which sees new facts in them.
   */
  readonly compare: (
    request: Omit<MatchRequest, 'scope' | 'advisoryChange'> & { readonly changed: ReadonlySet<string> },
  ) => Promise<void>;
  readonly rematch: (request: MatchRequest) => Promise<{ readonly changed: number }>;
  /** What the vulnerability is to the package as one system has it; null where it is nothing to it, or either is unknown. */
  readonly judge: (
    request: Omit<MatchRequest, 'scope'> & { readonly attr: string; readonly system: string; readonly id: string },
  ) => Promise<Match | null>;
  /** Why the vulnerability (by any of its ids) is what it is to the package, match or not; empty when one is unknown. */
  readonly explain: (
    request: Omit<MatchRequest, 'scope'> & { readonly attr: string; readonly id: string },
  ) => Promise<readonly Explanation[]>;
}

/**
 * Remembers the packages of the last evaluation of each channel, so that one changed advisory costs only itself, and the
 * advisories that it saw last, so that a changed package does.
 */
export function createMatcher(given: {
  readonly feeds: ChangingSources['feeds'];
  readonly advisories: AdvisorySource;
  readonly store: MatchStore;
  readonly data: IdentityData;
  readonly clock: Clock;
  /** What was read of the commits that fix; the same map as long as it is the same. */
  readonly fixChanges?: () => Promise<FixChanges>;
  /** What is known of the built outputs of a channel. */
  readonly references?: (channel: string, hashes: readonly string[]) => Promise<References>;
  /** Another one for tests. */
  readonly algorithm?: Algorithm;
}): Matcher {
  const { feeds, advisories, store, clock, algorithm = ours } = given;
  const remembered = new Map<string, { readonly of: string; readonly carried: Carried; readonly data: IdentityData }>();

  const lately = rememberedAdvisories({ feeds, advisories });

  async function prepared({ channel, evaluationId, instances }: Omit<MatchRequest, 'scope'>) {
    const mappings = await store.mappings();
    const fixChanges = (await given.fixChanges?.()) ?? given.data.fixChanges;
    const named = (await feeds.attributesNamed?.()) ?? [];
    const of = JSON.stringify([evaluationId, mappings, named]);
    const known = remembered.get(channel);
    if (known?.of === of && known.data.fixChanges === fixChanges) return known;
    // Before the next ones are made: both at once would be twice the memory.
    remembered.delete(channel);
    const data = withLearned(given.data, { mappings, fixChanges });
    const own = [...(await instances())];
    const references = await given.references?.(channel, outputHashes(own));
    const fresh = { of, data, carried: carriedOf(own, data, references, named) };
    remembered.set(channel, fresh);
    return fresh;
  }

  async function match(request: MatchRequest): Promise<readonly RoutedMatch[]> {
    const { carried, data } = await prepared(request);
    const { channel, scope } = request;
    const taken = await store.taken();
    const matches: RoutedMatch[] = [];
    const hold = (
      advisory: AdvisoryFacts,
      packages: ReadonlySet<CarriedPackage>,
      knowing: IdentityData,
      entries: readonly Entry[] = entriesOf(advisory),
    ) => {
      for (const one of packages) {
        const found = algorithm.match({ channel, carried: one, advisory, entries, data: knowing });
        if (found !== null) matches.push(asTaken(found, taken));
      }
    };
    if (scope.kind === 'advisories') {
      for (const id of scope.ids) {
        const advisory = await advisories.byId(id);
        // Under another id it is looked at for its own sake.
        if (advisory?.id !== id) continue;
        const keys = [...keysSpokenOf(advisory)].filter((key) => carried.byKey.has(key));
        const packages = packagesOf(advisory, keys, carried.byKey);
        // Most are about nothing that is carried.
        if (packages.size > 0) hold(advisory, packages, await withVendorsOfRecords(data, feeds, keys));
      }
      return matches;
    }
    const byKey =
      scope.kind === 'all'
        ? carried.byKey
        : packagesByKey([...new Set(scope.attrs)].flatMap((attr) => carried.byAttr.get(attr) ?? []));
    const named = await namedAdvisories(byKey);
    const isFew = (scope.kind === 'all' ? carried.byAttr.size : scope.attrs.length) <= fewPackages;
    const { candidates, advisoriesOfRecords } = isFew ? await lately.upToDate() : { ...feeds, ...advisories };
    const knowing = await withVendorsOfRecords(data, { candidates }, byKey.keys());
    const records = await findRecords({ candidates }, byKey, knowing);
    const seen = new Set<string>();
    // In the order in which they lie on the disk.
    for (const part of inParts(
      [...records.keys()].sort((a, b) => a - b),
      recordsTogether,
    ))
      for (const { advisory, recordKeys, entries } of await advisoriesOfRecords(part)) {
        if (seen.has(advisory.id)) continue;
        seen.add(advisory.id);
        let packages: ReadonlySet<CarriedPackage> = named.get(advisory.id)?.packages ?? new Set();
        for (const key of recordKeys) packages = together(packages, records.get(key));
        hold(advisory, packages, knowing, entries);
      }
    for (const { advisory, packages } of named.values()) if (!seen.has(advisory.id)) hold(advisory, packages, knowing);
    return matches;
  }

  /** Those that packages themselves admit, and which do. */
  async function namedAdvisories(byKey: Carried['byKey']) {
    const found = new Map<string, { readonly advisory: AdvisoryFacts; readonly packages: Set<CarriedPackage> }>();
    for (const [key, packages] of byKey) {
      const advisory = key.startsWith('id:') ? await advisories.byId(key.slice('id:'.length)) : null;
      if (advisory === null) continue;
      const known = found.get(advisory.id)?.packages ?? [];
      found.set(advisory.id, { advisory, packages: new Set([...known, ...packages]) });
    }
    return found;
  }

  const compare: Matcher['compare'] = async ({ changed, ...request }) => {
    const { channel } = request;
    const isUnchanged = ({ match: { advisoryId } }: StoredMatch) => !changed.has(advisoryId);
    const before = (await store.stored(channel)).filter(isUnchanged);
    const after = (await match({ ...request, scope: { kind: 'all' } })).filter(isUnchanged);
    const differences = differenceOf(before, after);
    await store.recordDifference({ channel, algorithm: algorithm.version, differences, at: clock.now() });
  };

  /** What waits for a person although its package or its advisory is no more. */
  async function overtaken(channel: string, { byAttr }: Carried): Promise<readonly string[]> {
    const found: string[] = [];
    for (const [key, { attr, advisoryId, version }] of await store.waiting(channel)) {
      if (version === null) continue;
      const isCarried = byAttr.get(attr)?.variants.some(({ instances: [first] }) => first.version === version) ?? false;
      const advisory = isCarried ? await advisories.byId(advisoryId) : null;
      if (advisory?.id !== advisoryId || advisory.state !== 'active') found.push(key);
    }
    return found;
  }

  return {
    algorithm: algorithm.version,
    match,
    compare,
    judge: async ({ attr, system, id, ...request }) => {
      const { carried, data } = await prepared(request);
      const [one, advisory] = [carried.byAttr.get(attr), await advisories.byId(id)];
      if (one === undefined || advisory === null) return null;
      const variants = one.variants.flatMap((variant) => {
        const instance = variant.instances.find((built) => built.system === system);
        return instance === undefined ? [] : [{ ...variant, instances: [instance] as const }];
      });
      const { channel } = request;
      const knowing = await withVendorsOfRecords(data, feeds, one.keys);
      return algorithm.match({ channel, carried: { ...one, variants }, advisory, data: knowing })?.match ?? null;
    },
    explain: async ({ attr, id, ...request }) => {
      const { carried, data } = await prepared(request);
      const [one, advisory] = [carried.byAttr.get(attr), await advisories.byId(id)];
      if (one === undefined || advisory === null) return [];
      return explainMatch({ carried: one, advisory, data: await withVendorsOfRecords(data, feeds, one.keys) });
    },
    rematch: async ({ advisoryChange, ...request }) => {
      const { channel, evaluationId } = request;
      const last = await store.lastRun(channel);
      if (last !== null && !isOf(last, algorithm)) await compare({ ...request, changed: new Set() });
      const waits = last !== null && last.algorithm !== algorithm.version;
      const matches = await match(request);
      return store.recordRun({
        channel,
        evaluationId,
        algorithm: algorithm.version,
        scope: request.scope,
        matches,
        overtaken: waits ? await overtaken(channel, (await prepared(request)).carried) : [],
        advisoryChange: advisoryChange ?? last?.advisoryChange ?? null,
        at: clock.now(),
      });
    },
  };
}

/** Whether the run was this algorithm's, or has been compared with it. */
function isOf({ algorithm, newerAlgorithm }: MatchRun, { version }: Algorithm): boolean {
  return (newerAlgorithm ?? algorithm) === version;
}

function packagesOf(
  { id, aliases }: AdvisoryFacts,
  keys: readonly string[],
  byKey: Carried['byKey'],
): ReadonlySet<CarriedPackage> {
  const names = [id, ...aliases].map(idKey);
  return new Set([...names, ...keys].flatMap((key) => byKey.get(key) ?? []));
}

/** Most often one of them is empty, or both are one. */
function together(
  a: ReadonlySet<CarriedPackage>,
  b: ReadonlySet<CarriedPackage> | undefined,
): ReadonlySet<CarriedPackage> {
  if (b === undefined || b === a) return a;
  return a.size === 0 ? b : new Set([...a, ...b]);
}
