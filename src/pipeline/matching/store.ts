import type { Transaction } from 'kysely';
import type { EpochMs } from '../../foundation/clock.ts';
import { inParts } from '../../foundation/in-parts.ts';
import { appendEvent, type JournalTables } from '../../journal/index.ts';
import type { Database } from '../../platform/database/index.ts';
import { plainName } from '../feeds/index.ts';
import type { MatchDifference } from './difference-of.ts';
import type { RoutedMatch, StoredMatch } from './match-package.ts';
import { decodeMatch, decodeStored, encodeMatch, goneRow, keyOf, writeRows } from './match-rows.ts';
import type { Match } from './model.ts';
import type { ReviewedMapping } from './reviewed-mappings.ts';
import {
  adoptDifferences,
  forgetDifferences,
  readDifferences,
  readShadow,
  readWaiting,
  recordDifference,
  type Shadow,
  type Waiting,
} from './shadow.ts';
import type { MatchingTables } from './tables.ts';
import { type ApartList, apartLists, readTaken, type Taking, take } from './taken.ts';

type Tables = MatchingTables & JournalTables;

/** What a run looked at: only there a match that it did not give is gone. */
export type RunScope =
  | { readonly kind: 'all' }
  | { readonly kind: 'packages'; readonly attrs: readonly string[] }
  | { readonly kind: 'advisories'; readonly ids: readonly string[] };

export interface MatchChange {
  readonly advisoryId: string;
  readonly attr: string;
  readonly channel: string;
  /** Null when there is no match any more. */
  readonly match: Match | null;
  /** Whether somebody is to be told; false for what is kept for the search only. */
  readonly isRouted: boolean;
  readonly change: number;
}

export interface MatchRun {
  readonly evaluationId: string;
  readonly algorithm: number;
  /** Another one that was compared with it and waits for a person. */
  readonly newerAlgorithm: number | null;
  readonly at: EpochMs;
  /** The last change of an advisory that it knew; null when it was told of none. */
  readonly advisoryChange: number | null;
}

export interface MatchStore {
  /** Makes the scope's matches exactly these, writing only what differs; announced as `matching.matched` when anything does. */
  readonly recordRun: (given: {
    readonly channel: string;
    readonly evaluationId: string;
    readonly algorithm: number;
    readonly scope: RunScope;
    readonly matches: readonly RoutedMatch[];
    /** Keys of what waits although the older answer does not stand any more. */
    readonly overtaken: readonly string[];
    readonly advisoryChange: number | null;
    readonly at: EpochMs;
  }) => Promise<{ readonly changed: number }>;
  /** What a newer algorithm sees otherwise, kept beside the matches; announced as `matching.compared` when there is any. */
  readonly recordDifference: (given: {
    readonly channel: string;
    readonly algorithm: number;
    readonly differences: readonly MatchDifference[];
    readonly at: EpochMs;
  }) => Promise<void>;
  /** Null when nothing of a newer algorithm waits in the channel. */
  readonly shadow: (channel: string) => Promise<Shadow | null>;
  readonly differences: (query: {
    readonly channel: string;
    readonly limit: number;
    readonly after: { readonly attr: string; readonly advisoryId: string } | null;
  }) => Promise<readonly MatchDifference[]>;
  /** What waits, by key. */
  readonly waiting: (channel: string) => Promise<ReadonlyMap<string, Waiting>>;
  /** Makes the newer answers the matches, announced as `matching.adopted`; null when none wait. */
  readonly adopt: (given: {
    readonly channel: string;
    readonly actor: string;
    readonly reason: string;
    readonly at: EpochMs;
  }) => Promise<{ readonly changed: number } | null>;
  /** Every match of the channel, also those kept for the search only. */
  readonly stored: (channel: string) => Promise<readonly StoredMatch[]>;
  readonly lastRun: (channel: string) => Promise<MatchRun | null>;
  /** Those that are decided or that somebody is asked about; by attribute and advisory. */
  readonly matchesOf: (channel: string) => Promise<readonly Match[]>;
  /** Those on a list beside the queue, by attribute and advisory; null: on either. */
  readonly apart: (channel: string, list: ApartList | null) => Promise<readonly Match[]>;
  /** What people took on of them, by key. */
  readonly taken: () => Promise<ReadonlySet<string>>;
  /** Announced as `matching.taken`; the next run puts them into the queue. */
  readonly take: (taking: Taking) => Promise<void>;
  /** Also those kept for the search only. */
  readonly matchesOfAdvisory: (advisoryId: string) => Promise<readonly Match[]>;
  readonly matchesOfPackage: (channel: string, attr: string) => Promise<readonly Match[]>;
  /** In the order of change; a row stands at its last one. */
  readonly changedAfter: (change: number, limit: number) => Promise<readonly MatchChange[]>;
  /** The team's own, newest first. */
  readonly mappings: () => Promise<readonly ReviewedMapping[]>;
  /**
   * Sets the verdict on a pair, or takes it back; announced as `matching.mapping-reviewed`. False when there is none to
   * take back. Names that are written otherwise are the same pair.
   */
  readonly reviewMapping: (given: {
    readonly pname: string;
    readonly vendor: string;
    readonly product: string;
    readonly verdict: ReviewedMapping['verdict'] | null;
    readonly reason: string;
    readonly author: string;
    readonly at: EpochMs;
  }) => Promise<boolean>;
}

/** Nobody is asked about these. */
const unasked: readonly string[] = ['stored', ...apartLists];

export function createMatchStore(db: Database<Tables>): MatchStore {
  const rows = () =>
    db.read.selectFrom('matching_match').where('status', '!=', 'gone').orderBy('attr').orderBy('advisory_id');
  return {
    recordRun: async ({ channel, evaluationId, algorithm, scope, matches, overtaken, advisoryChange, at }) => {
      const encoded = matches.map(encodeMatch);
      return db.write(async (trx) => {
        const before = await digestsOf(trx, channel, scope);
        const known = await trx
          .selectFrom('matching_run')
          .selectAll()
          .where('channel', '=', channel)
          .executeTakeFirst();
        const waiting = known?.newer_algorithm == null ? new Map<string, Waiting>() : await readWaiting(trx, channel);
        const late = new Set(overtaken);
        const stands = (key: string, digest: string) => !late.has(key) && waiting.get(key)?.digest === digest;
        const given = new Map(encoded.map((row) => [keyOf(row), row.digest]));
        const differing = encoded.filter(
          (row) => before.get(keyOf(row)) !== row.digest && !stands(keyOf(row), row.digest),
        );
        const gone = [...before].flatMap(([key, digest]) =>
          digest === '' || given.has(key) || stands(key, '') ? [] : [goneRow(key, channel)],
        );
        const changes = [...differing, ...gone];
        await writeRows(trx, changes, at);
        const done = [...waiting].flatMap(([key, { attr, advisoryId }]) =>
          isWithin(scope, attr, advisoryId) && !stands(key, given.get(key) ?? '') ? [key] : [],
        );
        await forgetDifferences(trx, channel, done);
        const isPending = waiting.size > done.length;
        const run = {
          evaluation_id: evaluationId,
          algorithm: isPending ? (known?.algorithm ?? algorithm) : algorithm,
          newer_algorithm: isPending ? algorithm : null,
          compared_at: isPending ? (known?.compared_at ?? null) : null,
          advisory_change: advisoryChange,
          at,
        };
        await trx
          .insertInto('matching_run')
          .values({ channel, ...run })
          .onConflict((conflict) => conflict.column('channel').doUpdateSet(run))
          .execute();
        if (changes.length > 0) {
          await appendEvent(trx, {
            at,
            kind: 'matching.matched',
            subject: channel,
            actor: 'robot',
            payload: { channel, changed: changes.length },
          });
        }
        return { changed: changes.length };
      });
    },
    recordDifference: (given) => db.write((trx) => recordDifference(trx, given)),
    shadow: (channel) => readShadow(db.read, channel),
    differences: (query) => readDifferences(db.read, query),
    waiting: (channel) => readWaiting(db.read, channel),
    adopt: (given) => db.write((trx) => adoptDifferences(trx, given)),
    stored: async (channel) =>
      (await rows().select(['body', 'route']).where('channel', '=', channel).execute()).map(decodeStored),
    lastRun: async (channel) => {
      const row = await db.read
        .selectFrom('matching_run')
        .selectAll()
        .where('channel', '=', channel)
        .executeTakeFirst();
      return row === undefined
        ? null
        : {
            evaluationId: row.evaluation_id,
            algorithm: row.algorithm,
            newerAlgorithm: row.newer_algorithm,
            at: row.at,
            advisoryChange: row.advisory_change,
          };
    },
    matchesOf: async (channel) =>
      (await rows().select('body').where('channel', '=', channel).where('route', 'not in', unasked).execute()).map(
        decodeMatch,
      ),
    apart: async (channel, list) => {
      const asked = list === null ? apartLists : [list];
      return (await rows().select('body').where('channel', '=', channel).where('route', 'in', asked).execute()).map(
        decodeMatch,
      );
    },
    taken: () => readTaken(db.read),
    take: (taking) => db.write((trx) => take(trx, taking)),
    matchesOfAdvisory: async (advisoryId) =>
      (await rows().select('body').where('advisory_id', '=', advisoryId).execute()).map(decodeMatch),
    matchesOfPackage: async (channel, attr) =>
      (await rows().select('body').where('channel', '=', channel).where('attr', '=', attr).execute()).map(decodeMatch),
    changedAfter: async (change, limit) => {
      const found = await db.read
        .selectFrom('matching_match')
        .selectAll()
        .where('change', '>', change)
        .orderBy('change')
        .limit(limit)
        .execute();
      return found.map((row) => ({
        advisoryId: row.advisory_id,
        attr: row.attr,
        channel: row.channel,
        match: row.status === 'gone' ? null : decodeMatch(row),
        isRouted: row.status !== 'gone' && !unasked.includes(row.route),
        change: row.change,
      }));
    },
    mappings: async () => {
      const found = await db.read.selectFrom('matching_mapping').selectAll().orderBy('id', 'desc').execute();
      return found.map(({ pname, vendor, product, verdict, reason }) => ({
        pname,
        vendor,
        product,
        verdict: verdict === 'is-not' ? 'is-not' : 'is',
        reason,
        of: 'team',
      }));
    },
    reviewMapping: ({ pname, vendor, product, verdict, reason, author, at }) =>
      db.write(async (trx) => {
        const known = await trx.selectFrom('matching_mapping').select(['id', 'pname', 'vendor', 'product']).execute();
        const pair = pairOf({ pname, vendor, product });
        const same = known.filter((row) => pairOf(row) === pair).map(({ id }) => id);
        if (verdict === null && same.length === 0) return false;
        if (same.length > 0) await trx.deleteFrom('matching_mapping').where('id', 'in', same).execute();
        if (verdict !== null)
          await trx
            .insertInto('matching_mapping')
            .values({ pname, vendor, product, verdict, reason, author, at })
            .execute();
        await appendEvent(trx, {
          at,
          kind: 'matching.mapping-reviewed',
          subject: pname,
          actor: author,
          payload: { pname, vendor, product, verdict, reason },
        });
        return true;
      }),
  };
}

function pairOf({ pname, vendor, product }: Pick<ReviewedMapping, 'pname' | 'vendor' | 'product'>): string {
  return [pname, vendor, product].map(plainName).join('\0');
}

function isWithin(scope: RunScope, attr: string, advisoryId: string): boolean {
  return (
    scope.kind === 'all' || (scope.kind === 'packages' ? scope.attrs.includes(attr) : scope.ids.includes(advisoryId))
  );
}

async function digestsOf(trx: Transaction<Tables>, channel: string, scope: RunScope): Promise<Map<string, string>> {
  const query = trx
    .selectFrom('matching_match')
    .select(['attr', 'advisory_id', 'digest'])
    .where('channel', '=', channel);
  const wanted = scope.kind === 'all' ? [[]] : inParts(scope.kind === 'packages' ? scope.attrs : scope.ids);
  const found = new Map<string, string>();
  for (const part of wanted) {
    const own =
      scope.kind === 'all' ? query : query.where(scope.kind === 'packages' ? 'attr' : 'advisory_id', 'in', part);
    for (const row of await own.execute()) found.set(keyOf(row), row.digest);
  }
  return found;
}
