import { hash } from 'node:crypto';
import type { Transaction } from 'kysely';
import type { EpochMs } from '../../foundation/clock.ts';
import { inParts } from '../../foundation/in-parts.ts';
import { canonicalJson } from '../../foundation/json.ts';
import { appendEvent, type JournalTables } from '../../journal/index.ts';
import type { Database } from '../../platform/database/index.ts';
import type { RoutedMatch } from './match-package.ts';
import type { Match } from './model.ts';
import type { ReviewedMapping } from './reviewed-mappings.ts';
import type { MatchingTables } from './tables.ts';

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
  readonly at: EpochMs;
}

export interface MatchStore {
  /** Makes the scope's matches exactly these, writing only what differs; announced as `matching.matched` when anything does. */
  readonly recordRun: (given: {
    readonly channel: string;
    readonly evaluationId: string;
    readonly algorithm: number;
    readonly scope: RunScope;
    readonly matches: readonly RoutedMatch[];
    readonly at: EpochMs;
  }) => Promise<{ readonly changed: number }>;
  readonly lastRun: (channel: string) => Promise<MatchRun | null>;
  /** Those that are decided or that somebody is asked about; by attribute and advisory. */
  readonly matchesOf: (channel: string) => Promise<readonly Match[]>;
  /** Also those kept for the search only. */
  readonly matchesOfAdvisory: (advisoryId: string) => Promise<readonly Match[]>;
  readonly matchesOfPackage: (channel: string, attr: string) => Promise<readonly Match[]>;
  /** In the order of change; a row stands at its last one. */
  readonly changedAfter: (change: number, limit: number) => Promise<readonly MatchChange[]>;
  /** The team's own, newest first. */
  readonly mappings: () => Promise<readonly ReviewedMapping[]>;
  /** Sets the verdict on a pair, or takes it back; announced as `matching.mapping-reviewed`. */
  readonly reviewMapping: (given: {
    readonly pname: string;
    readonly vendor: string;
    readonly product: string;
    readonly verdict: ReviewedMapping['verdict'] | null;
    readonly reason: string;
    readonly author: string;
    readonly at: EpochMs;
  }) => Promise<void>;
}

const together = 100;

export function createMatchStore(db: Database<Tables>): MatchStore {
  const rows = () =>
    db.read.selectFrom('matching_match').where('status', '!=', 'gone').orderBy('attr').orderBy('advisory_id');
  return {
    recordRun: async ({ channel, evaluationId, algorithm, scope, matches, at }) => {
      const encoded = matches.map(encode);
      return db.write(async (trx) => {
        const before = await digestsOf(trx, channel, scope);
        const differing = encoded.filter((row) => before.get(keyOf(row)) !== row.digest);
        for (const row of encoded) before.delete(keyOf(row));
        const gone = [...before].flatMap(([key, digest]) => (digest === '' ? [] : [goneRow(key, channel)]));
        const changes = [...differing, ...gone];
        const newest = await trx
          .selectFrom('matching_match')
          .select('change')
          .orderBy('change', 'desc')
          .limit(1)
          .executeTakeFirst();
        let change = newest?.change ?? 0;
        for (let from = 0; from < changes.length; from += together) {
          const values = changes.slice(from, from + together).map((row) => ({ ...row, at, change: ++change }));
          await trx
            .insertInto('matching_match')
            .values(values)
            .onConflict((conflict) =>
              conflict.columns(['channel', 'attr', 'advisory_id']).doUpdateSet(({ ref }) => ({
                status: ref('excluded.status'),
                route: ref('excluded.route'),
                digest: ref('excluded.digest'),
                body: ref('excluded.body'),
                change: ref('excluded.change'),
                at: ref('excluded.at'),
              })),
            )
            .execute();
        }
        const run = { evaluation_id: evaluationId, algorithm, at };
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
    lastRun: async (channel) => {
      const row = await db.read
        .selectFrom('matching_run')
        .selectAll()
        .where('channel', '=', channel)
        .executeTakeFirst();
      return row === undefined ? null : { evaluationId: row.evaluation_id, algorithm: row.algorithm, at: row.at };
    },
    matchesOf: async (channel) =>
      (await rows().select('body').where('channel', '=', channel).where('route', '!=', 'stored').execute()).map(
        matchOfRow,
      ),
    matchesOfAdvisory: async (advisoryId) =>
      (await rows().select('body').where('advisory_id', '=', advisoryId).execute()).map(matchOfRow),
    matchesOfPackage: async (channel, attr) =>
      (await rows().select('body').where('channel', '=', channel).where('attr', '=', attr).execute()).map(matchOfRow),
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
        match: row.status === 'gone' ? null : matchOfRow(row),
        isRouted: row.status !== 'gone' && row.route !== 'stored',
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
        await trx
          .deleteFrom('matching_mapping')
          .where('pname', '=', pname)
          .where('vendor', '=', vendor)
          .where('product', '=', product)
          .execute();
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
      }),
  };
}

type EncodedRow = Omit<MatchingTables['matching_match'], 'change' | 'at'>;

function encode({ match, route }: RoutedMatch): EncodedRow {
  const body = canonicalJson(match);
  const { channel, attr, advisoryId, status } = match;
  return {
    channel,
    attr,
    advisory_id: advisoryId,
    status,
    route,
    digest: hash('sha256', `${route}\n${body}`, 'base64url'),
    body,
  };
}

function matchOfRow({ body }: { readonly body: string }): Match {
  return JSON.parse(body) as Match;
}

function keyOf({ attr, advisory_id }: Pick<EncodedRow, 'attr' | 'advisory_id'>): string {
  return `${attr}\0${advisory_id}`;
}

function goneRow(key: string, channel: string): EncodedRow {
  const [attr = '', advisory_id = ''] = key.split('\0');
  return { channel, attr, advisory_id, status: 'gone', route: 'stored', digest: '', body: '' };
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
