import type { Clock } from '../../foundation/clock.ts';
import { inParts } from '../../foundation/in-parts.ts';
import type { Advisory } from '../advisories/index.ts';
import type { Instance } from '../catalog/index.ts';
import type { Candidate, ProductIdentity } from '../feeds/index.ts';
import { type Carried, type CarriedPackage, carriedOf, packagesByKey } from './carried.ts';
import { filedEntries } from './filed-entries.ts';
import { identify } from './identify.ts';
import { type IdentityData, withMappings } from './identity-data.ts';
import { type Explanation, explainMatch, matchPackage, type RoutedMatch } from './match-package.ts';
import type { MatchStore, RunScope } from './store.ts';

/** Grows when the same input may give another answer; runs of different ones are compared by `differenceOf`. */
const algorithmVersion = 2;

const recordsTogether = 1_000;

export interface CandidateSource {
  readonly candidates: (productKeys: readonly string[]) => Promise<ReadonlyMap<string, readonly Candidate[]>>;
}

export interface AdvisorySource {
  readonly byId: (id: string) => Promise<Advisory | null>;
  /** The advisories that the records are part of; one record of several vulnerabilities is part of each. */
  readonly advisoriesOfRecords: (recordKeys: readonly number[]) => Promise<readonly Advisory[]>;
}

export interface MatchRequest {
  readonly channel: string;
  readonly evaluationId: string;
  /** Called only when the evaluation is not the one of the last run. */
  readonly instances: () => Promise<Iterable<Instance>>;
  /** What to look at again; `ids` are advisories, also such that are no more. */
  readonly scope: RunScope;
}

export interface Matcher {
  /** Matches without storing: for explanations, benchmarks and a newer algorithm that runs in the shadow. */
  readonly match: (request: MatchRequest) => Promise<readonly RoutedMatch[]>;
  readonly rematch: (request: MatchRequest) => Promise<{ readonly changed: number }>;
  /** Why the vulnerability (by any of its ids) is what it is to the package, match or not; empty when one is unknown. */
  readonly explain: (
    request: Omit<MatchRequest, 'scope'> & { readonly attr: string; readonly id: string },
  ) => Promise<readonly Explanation[]>;
}

interface Ours {
  readonly records: ReadonlySet<number>;
  readonly byKey: Carried['byKey'];
}

/** Remembers the packages of the last evaluation of each channel, so that one changed advisory costs only itself. */
export function createMatcher(given: {
  readonly feeds: CandidateSource;
  readonly advisories: AdvisorySource;
  readonly store: MatchStore;
  readonly data: IdentityData;
  readonly clock: Clock;
}): Matcher {
  const { feeds, advisories, store, clock } = given;
  const remembered = new Map<string, { readonly of: string; readonly carried: Carried; readonly data: IdentityData }>();

  async function prepared({ channel, evaluationId, instances }: Omit<MatchRequest, 'scope'>) {
    const mappings = await store.mappings();
    const of = JSON.stringify([evaluationId, mappings]);
    const known = remembered.get(channel);
    if (known?.of === of) return known;
    // Before the next ones are made: both at once would be twice the memory.
    remembered.delete(channel);
    const data = withMappings(given.data, mappings);
    const fresh = { of, data, carried: carriedOf(await instances(), data) };
    remembered.set(channel, fresh);
    return fresh;
  }

  async function match(request: MatchRequest): Promise<readonly RoutedMatch[]> {
    const { carried, data } = await prepared(request);
    const { channel, scope } = request;
    const matches: RoutedMatch[] = [];
    const hold = (advisory: Advisory, byKey: Carried['byKey']) => {
      const filed = filedEntries(advisory);
      const packages = new Set<CarriedPackage>();
      for (const { key } of filed) for (const one of byKey.get(key) ?? []) packages.add(one);
      for (const one of packages) {
        const found = matchPackage({ channel, carried: one, advisory, filed, data });
        if (found !== null) matches.push(found);
      }
    };
    if (scope.kind === 'advisories') {
      for (const id of scope.ids) {
        const advisory = await advisories.byId(id);
        // Under another id it is looked at for its own sake.
        if (advisory?.id === id) hold(advisory, carried.byKey);
      }
      return matches;
    }
    const ours = await recordsOfOurs(
      scope.kind === 'all'
        ? carried.byKey
        : packagesByKey([...new Set(scope.attrs)].flatMap((attr) => carried.byAttr.get(attr) ?? [])),
      data,
    );
    const seen = new Set<string>();
    for await (const advisory of advisoriesOf(ours)) {
      if (seen.has(advisory.id)) continue;
      seen.add(advisory.id);
      hold(advisory, ours.byKey);
    }
    return matches;
  }

  /** The records that speak of one of the packages, most that share a name being about something else; and under which keys. */
  async function recordsOfOurs(byKey: Carried['byKey'], known: IdentityData): Promise<Ours> {
    const records = new Set<number>();
    const found = new Map<string, readonly CarriedPackage[]>();
    const isSame = ({ variants }: CarriedPackage, identity: ProductIdentity) =>
      variants.some((variant) => identify(variant, identity, known).kind === 'same');
    for (const [key, packages] of byKey) if (key.startsWith('id:')) found.set(key, packages);
    for (const part of inParts([...byKey.keys()].filter((key) => !found.has(key))))
      for (const [key, candidates] of await feeds.candidates(part)) {
        const packages = byKey.get(key) ?? [];
        for (const { identity, recordKeys } of candidates)
          if (packages.some((one) => isSame(one, identity))) {
            found.set(key, packages);
            for (const record of recordKeys) records.add(record);
          }
      }
    return { records, byKey: found };
  }

  async function* advisoriesOf({ records, byKey }: Ours): AsyncGenerator<Advisory> {
    // In the order in which they lie on the disk.
    const keys = [...records].sort((a, b) => a - b);
    for (const part of inParts(keys, recordsTogether)) yield* await advisories.advisoriesOfRecords(part);
    for (const key of byKey.keys()) {
      const advisory = key.startsWith('id:') ? await advisories.byId(key.slice('id:'.length)) : null;
      if (advisory !== null) yield advisory;
    }
  }

  return {
    match,
    explain: async ({ attr, id, ...request }) => {
      const { carried, data } = await prepared(request);
      const [one, advisory] = [carried.byAttr.get(attr), await advisories.byId(id)];
      return one === undefined || advisory === null ? [] : explainMatch({ carried: one, advisory, data });
    },
    rematch: async (request) => {
      const matches = await match(request);
      const { channel, evaluationId, scope } = request;
      return store.recordRun({ channel, evaluationId, algorithm: algorithmVersion, scope, matches, at: clock.now() });
    },
  };
}
