import { eventsAfter, type JournalTables } from '../../journal/index.ts';
import type { Database } from '../../platform/database/index.ts';
import type { Advisory } from '../advisories/index.ts';
import type { Instance } from '../catalog/index.ts';
import { identitiesOf, productKey } from '../feeds/index.ts';
import { type Algorithm, createMatcher } from './create-matcher.ts';
import { createFixStore } from './fix-store.ts';
import { createMatchStore, type RunScope } from './store.ts';
import type { MatchingTables } from './tables.ts';
import { advisory, affected, cpe, dictionary, instance, record } from './testing.ts';

export const openssl = advisory([record('nvd', [affected(cpe('openssl:openssl'), ['>=3.0.0 <3.0.13'])])], {
  id: 'CVE-2026-1',
});
export const curl = advisory([record('nvd', [affected(cpe('haxx:curl'), ['<8.18'])])], { id: 'CVE-2026-2' });

interface Engine {
  readonly open: <Tables>() => Promise<Database<Tables>>;
}

/** A world of advisories that can change, as the stores above see it. */
export async function worldOn(engine: Engine, data = dictionary()) {
  const db = await engine.open<MatchingTables & JournalTables>();
  const store = createMatchStore(db);
  const fixes = createFixStore(db);
  const advisories: Advisory[] = [openssl, curl];
  let instances: readonly Instance[] = [
    instance({ pname: 'openssl', version: '3.0.12' }),
    instance({ pname: 'curl', version: '8.17.0' }),
  ];
  let evaluations = 1;
  let instanceReads = 0;
  let looks = 0;
  const matcherOf = (algorithm?: Algorithm) =>
    createMatcher({
      feeds: {
        candidates: async (keys) =>
          new Map(
            keys.map((key) => [
              key,
              advisories.flatMap(({ records }, recordKey) =>
                records
                  .flatMap(identitiesOf)
                  .filter((identity) => productKey(identity) === key)
                  .map((identity) => ({ identity, recordKeys: [recordKey] })),
              ),
            ]),
          ),
        lastScoreChange: async () => 0,
      },
      advisories: {
        byId: async (id) => advisories.find((one) => one.id === id || one.aliases.includes(id)) ?? null,
        advisoriesOfRecords: async (keys) =>
          keys.flatMap((key) => {
            const advisory = advisories[key];
            return advisory === undefined ? [] : [{ advisory, recordKeys: [key] }];
          }),
        // Each may be another whenever it is looked at.
        lastChange: async () => ++looks,
        changedAfter: async () => advisories.map(({ id }) => ({ id })),
        factsOf: async (ids) =>
          advisories.flatMap((advisory, key) => (ids.includes(advisory.id) ? [{ advisory, recordKeys: [key] }] : [])),
      },
      store,
      data,
      clock: { now: () => 1000 },
      fixChanges: fixes.changes,
      ...(algorithm === undefined ? {} : { algorithm }),
    });
  let matcher = matcherOf();
  const request = (scope: RunScope) => ({
    channel: 'rolling',
    evaluationId: String(evaluations),
    instances: async () => {
      instanceReads++;
      return instances;
    },
    scope,
  });
  return {
    store,
    fixes,
    advisories,
    request,
    matcher: () => matcher,
    /** As after a start of another version of the program. */
    restart: (algorithm: Algorithm) => {
      matcher = matcherOf(algorithm);
    },
    run: (scope: RunScope = { kind: 'all' }) => matcher.rematch(request(scope)),
    evaluate: (next: readonly Instance[]) => {
      instances = next;
      evaluations++;
    },
    reads: () => instanceReads,
    events: async () => (await eventsAfter(db, 0, 100)).map(({ kind, payload }) => [kind, payload.changed]),
  };
}
