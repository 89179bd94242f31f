import { zstdDecompressSync } from 'node:zlib';
import type { EpochMs } from '../../foundation/clock.ts';
import type { Database } from '../../platform/database/index.ts';
import { type FeedSync, feedSyncOf } from './feed-sync.ts';
import { acceptIncident, noteStalls } from './incidents.ts';
import type { FeedLocation, FeedRecord, FeedSource, Normalised, RecordClaims } from './model.ts';
import {
  type Candidate,
  type RecordChange,
  readAttributesNamed,
  readBodies,
  readCandidates,
  readChanges,
  readRaw,
  readScores,
} from './read-records.ts';
import { decodeClaims, decodeRecord } from './record-codec.ts';
import type { Tables } from './run-state.ts';
import { storedItems } from './stored-items.ts';
import type { FeedIncident } from './sync-rules.ts';
import { beginSync, type SyncRun } from './sync-run.ts';

export interface Quarantined {
  readonly source: string;
  readonly recordId: string;
  readonly at: EpochMs;
  readonly reason: string;
  /** Cut after 262,144 characters. */
  readonly raw: string;
}

export interface FeedStore {
  /** Begins a sync; one of the same source that still runs is barred from writing. */
  readonly beginSync: (given: {
    readonly source: string;
    readonly location: FeedLocation;
    readonly at: EpochMs;
  }) => Promise<SyncRun>;
  /** Of every source that was ever synced, by name. */
  readonly states: () => Promise<readonly FeedSync[]>;
  /** By source and id; `after` is the last of the page before. */
  readonly quarantined: (query: {
    readonly source?: string;
    readonly limit: number;
    readonly after?: Pick<Quarantined, 'source' | 'recordId'>;
  }) => Promise<readonly Quarantined[]>;
  /** Records whose meaning moved after that change, oldest change first. */
  readonly recordsChangedAfter: (sequence: number, limit: number) => Promise<readonly RecordChange[]>;
  /** By key; gone ones are left out. */
  readonly records: (keys: readonly number[]) => Promise<ReadonlyMap<number, FeedRecord>>;
  /** The same without what only people read. */
  readonly claims: (keys: readonly number[]) => Promise<ReadonlyMap<number, RecordClaims>>;
  /** A record as it came, and the SHA-256 (base64url) of that. */
  readonly raw: (recordKey: number) => Promise<{ readonly text: string; readonly digest: string } | null>;
  /** All that is held of a source, as the source would give it. */
  readonly items: (source: string) => AsyncIterable<Normalised>;
  /** Grows with every change of a score; 0 at first. */
  readonly lastScoreChange: () => Promise<number>;
  /** EPSS probabilities by CVE id. */
  readonly scores: (ids: readonly string[]) => Promise<ReadonlyMap<string, number>>;
  /** The products that active records name, by the product keys given. */
  readonly candidates: (productKeys: readonly string[]) => Promise<ReadonlyMap<string, readonly Candidate[]>>;
  /** Packages of Nixpkgs that records name by their attribute path; at most 10,000. */
  readonly attributesNamed: () => Promise<readonly string[]>;
  /** A person says that the source is right: what it lacks is gone. Null when there is no incident. */
  readonly acceptIncident: (given: {
    readonly source: string;
    readonly at: EpochMs;
    readonly actor: string;
  }) => Promise<FeedIncident | null>;
  /** Raises an incident for every source without a good sync for three intervals; gives those raised now. */
  readonly noteStalls: (
    sources: readonly Pick<FeedSource, 'id' | 'intervalMs'>[],
    at: EpochMs,
  ) => Promise<readonly string[]>;
}

export function createFeedStore(db: Database<Tables>): FeedStore {
  return {
    beginSync: (given) => beginSync(db, given),
    states: async () => {
      const rows = await db.read.selectFrom('feed_source').selectAll().orderBy('source').execute();
      const counts = await db.read
        .selectFrom('feed_quarantine')
        .select((row) => ['source', row.fn.countAll<number>().as('count')])
        .groupBy('source')
        .execute();
      const quarantined = new Map(counts.map((row) => [row.source, row.count]));
      return rows.map((row) => feedSyncOf(row, quarantined.get(row.source) ?? 0));
    },
    quarantined: async ({ source, limit, after }) => {
      let query = db.read.selectFrom('feed_quarantine').selectAll().orderBy('source').orderBy('record_id').limit(limit);
      if (source !== undefined) query = query.where('source', '=', source);
      if (after !== undefined)
        query = query.where((row) =>
          row.or([
            row('source', '>', after.source),
            row.and([row('source', '=', after.source), row('record_id', '>', after.recordId)]),
          ]),
        );
      return (await query.execute()).map((row) => ({
        source: row.source,
        recordId: row.record_id,
        at: row.at,
        reason: row.reason,
        raw: zstdDecompressSync(row.raw).toString(),
      }));
    },
    recordsChangedAfter: (sequence, limit) => readChanges(db.read, sequence, limit),
    records: (keys) => readBodies(db.read, keys, decodeRecord),
    claims: (keys) => readBodies(db.read, keys, decodeClaims),
    raw: (recordKey) => readRaw(db.read, recordKey),
    items: (source) => storedItems(db.read, source),
    lastScoreChange: async () =>
      (await db.read.selectFrom('feed_counter').select('score').executeTakeFirstOrThrow()).score,
    scores: (ids) => readScores(db.read, ids),
    candidates: (productKeys) => readCandidates(db.read, productKeys),
    attributesNamed: () => readAttributesNamed(db.read),
    acceptIncident: (given) => db.write((trx) => acceptIncident(trx, given)),
    noteStalls: (sources, at) => db.write((trx) => noteStalls(trx, sources, at)),
  };
}
