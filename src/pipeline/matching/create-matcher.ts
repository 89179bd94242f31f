import type { Clock } from '../../foundation/clock.ts';
import { inParts } from '../../foundation/in-parts.ts';
import type { Advisory } from '../advisories/index.ts';
import type { Instance } from '../catalog/index.ts';
import type { Candidate, ProductIdentity } from '../feeds/index.ts';
import { type Carried, carriedOf } from './carried.ts';
import { keysOfAdvisory } from './entries-of.ts';
import { identify } from './identify.ts';
import { type IdentityData, withMappings } from './identity-data.ts';
import { type Explanation, explainMatch, matchPackage, type RoutedMatch } from './match-package.ts';
import type { MatchStore, RunScope } from './store.ts';

/** Grows when the same input may give another answer; runs of different ones are compared by `differenceOf`. */
const algorithmVersion = 2;

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
    const data = withMappings(given.data, mappings);
    const fresh = { of, data, carried: carriedOf(await instances(), data) };
    remembered.set(channel, fresh);
    return fresh;
  }

  async function match(request: MatchRequest): Promise<readonly RoutedMatch[]> {
    const { carried, data } = await prepared(request);
    const { channel, scope } = request;
    const matches: RoutedMatch[] = [];
    const hold = (advisory: Advisory, attrs: Iterable<string>) => {
      for (const attr of attrs) {
        const one = carried.byAttr.get(attr);
        const found = one && matchPackage({ channel, carried: one, advisory, data });
        if (found) matches.push(found);
      }
    };
    const attrsOf = (advisory: Advisory) =>
      new Set([...keysOfAdvisory(advisory)].flatMap((key) => carried.attrsOfKey.get(key) ?? []));
    if (scope.kind === 'advisories') {
      for (const id of scope.ids) {
        const advisory = await advisories.byId(id);
        // Under another id it is looked at for its own sake.
        if (advisory?.id === id) hold(advisory, attrsOf(advisory));
      }
      return matches;
    }
    const wanted = scope.kind === 'all' ? null : [...new Set(scope.attrs)];
    const keys =
      wanted === null
        ? [...carried.attrsOfKey.keys()]
        : [...new Set(wanted.flatMap((attr) => carried.byAttr.get(attr)?.keys ?? []))];
    const isOurs = (key: string, identity: ProductIdentity) =>
      (wanted ?? carried.attrsOfKey.get(key) ?? []).some((attr) =>
        carried.byAttr.get(attr)?.variants.some((variant) => identify(variant, identity, data).kind === 'same'),
      );
    const seen = new Set<string>();
    for await (const advisory of advisoriesOfKeys(keys, isOurs)) {
      if (seen.has(advisory.id)) continue;
      seen.add(advisory.id);
      hold(advisory, wanted ?? attrsOf(advisory));
    }
    return matches;
  }

  /** Only those of which a record speaks of one of our packages: most that share a name are about something else. */
  async function* advisoriesOfKeys(
    keys: readonly string[],
    isOurs: (key: string, identity: ProductIdentity) => boolean,
  ): AsyncGenerator<Advisory> {
    const seen = new Set<number>();
    for (const part of inParts(keys.filter((key) => !key.startsWith('id:')))) {
      const fresh = new Set<number>();
      for (const [key, candidates] of await feeds.candidates(part)) {
        for (const { identity, recordKeys } of candidates) {
          const unseen = recordKeys.filter((record) => !seen.has(record) && !fresh.has(record));
          if (unseen.length > 0 && isOurs(key, identity)) for (const record of unseen) fresh.add(record);
        }
      }
      for (const record of fresh) seen.add(record);
      for (const records of inParts([...fresh])) yield* await advisories.advisoriesOfRecords(records);
    }
    for (const key of keys.filter((one) => one.startsWith('id:'))) {
      const advisory = await advisories.byId(key.slice('id:'.length));
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
