import type { Kysely, Transaction } from 'kysely';
import type { EpochMs } from '../../foundation/clock.ts';
import { inParts } from '../../foundation/in-parts.ts';
import { appendEvent, type JournalTables } from '../../journal/index.ts';
import type { MatchDifference } from './difference-of.ts';
import type { RoutedMatch } from './match-package.ts';
import { decodeMatch, decodeStored, encodeMatch, goneRow, keyOf, writeRows } from './match-rows.ts';
import type { MatchingTables } from './tables.ts';

type Tables = MatchingTables & JournalTables;

/** What a newer algorithm would change in a channel, while it waits for a person. */
export interface Shadow {
  readonly channel: string;
  readonly algorithm: number;
  readonly newerAlgorithm: number;
  readonly comparedAt: EpochMs;
  readonly appeared: number;
  readonly vanished: number;
  readonly changed: number;
  /** Of these, what stays open only because nobody has adopted the newer answer. */
  readonly held: number;
}

/** Puts the newer algorithm's answers beside the older one's; what it would take out of sight is held. */
export async function recordDifference(
  trx: Transaction<Tables>,
  given: {
    readonly channel: string;
    readonly algorithm: number;
    readonly differences: readonly MatchDifference[];
    readonly at: EpochMs;
  },
): Promise<void> {
  const { channel, algorithm, differences, at } = given;
  await trx.deleteFrom('matching_difference').where('channel', '=', channel).execute();
  const rows = differences.map(({ kind, attr, advisoryId, after }) => ({
    ...(after === null ? goneRow(keyOf({ attr, advisory_id: advisoryId }), channel) : encodeMatch(after)),
    kind,
  }));
  for (const part of inParts(rows)) await trx.insertInto('matching_difference').values(part).execute();
  const held = differences.flatMap(({ before, isHeld }) => (before !== null && isHeld ? [before] : []));
  await writeRows(
    trx,
    held.flatMap(({ match, route }) => (route === 'held' ? [] : [encodeMatch({ match, route: 'held' })])),
    at,
  );
  const isAdopted = differences.length === 0;
  await trx
    .updateTable('matching_run')
    .set(
      isAdopted
        ? { algorithm, newer_algorithm: null, compared_at: null }
        : { newer_algorithm: algorithm, compared_at: at },
    )
    .where('channel', '=', channel)
    .execute();
  if (isAdopted) return;
  const count = (kind: MatchDifference['kind']) => differences.filter((one) => one.kind === kind).length;
  await appendEvent(trx, {
    at,
    kind: 'matching.compared',
    subject: channel,
    actor: 'robot',
    payload: {
      channel,
      algorithm,
      appeared: count('appeared'),
      vanished: count('vanished'),
      changed: count('changed'),
      held: held.length,
    },
  });
}

export interface Waiting {
  readonly attr: string;
  readonly advisoryId: string;
  /** Of the newer answer, empty where it gives none: as long as it gives just that, the older one stands. */
  readonly digest: string;
  /** Of the package in the older answer; null when there is none. */
  readonly version: string | null;
}

export async function readWaiting(db: Kysely<Tables>, channel: string): Promise<ReadonlyMap<string, Waiting>> {
  const rows = await db
    .selectFrom('matching_difference as newer')
    .leftJoin('matching_match as live', (join) =>
      join
        .onRef('live.channel', '=', 'newer.channel')
        .onRef('live.attr', '=', 'newer.attr')
        .onRef('live.advisory_id', '=', 'newer.advisory_id')
        .on('live.status', '!=', 'gone'),
    )
    .select(['newer.attr', 'newer.advisory_id', 'newer.digest', 'live.body'])
    .where('newer.channel', '=', channel)
    .execute();
  return new Map(
    rows.map(({ attr, advisory_id, digest, body }) => [
      keyOf({ attr, advisory_id }),
      { attr, advisoryId: advisory_id, digest, version: body === null ? null : decodeMatch({ body }).version },
    ]),
  );
}

/** Overtaken ones: what newer facts give has gone live. */
export async function forgetDifferences(
  trx: Transaction<Tables>,
  channel: string,
  keys: readonly string[],
): Promise<void> {
  for (const key of keys) {
    const { attr, advisory_id } = goneRow(key, channel);
    await trx
      .deleteFrom('matching_difference')
      .where('channel', '=', channel)
      .where('attr', '=', attr)
      .where('advisory_id', '=', advisory_id)
      .execute();
  }
}

export async function readShadow(db: Kysely<Tables>, channel: string): Promise<Shadow | null> {
  const run = await db.selectFrom('matching_run').selectAll().where('channel', '=', channel).executeTakeFirst();
  if (run === undefined || run.newer_algorithm === null) return null;
  const counts = await db
    .selectFrom('matching_difference')
    .select((row) => ['kind', row.fn.countAll<number>().as('count')])
    .where('channel', '=', channel)
    .groupBy('kind')
    .execute();
  const held = await db
    .selectFrom('matching_match')
    .select((row) => row.fn.countAll<number>().as('count'))
    .where('channel', '=', channel)
    .where('route', '=', 'held')
    .executeTakeFirst();
  const count = (kind: MatchDifference['kind']) => Number(counts.find((row) => row.kind === kind)?.count ?? 0);
  return {
    channel,
    algorithm: run.algorithm,
    newerAlgorithm: run.newer_algorithm,
    comparedAt: run.compared_at ?? run.at,
    appeared: count('appeared'),
    vanished: count('vanished'),
    changed: count('changed'),
    held: Number(held?.count ?? 0),
  };
}

/** By attribute and advisory; `after` is the place of the last one of the page before. */
export async function readDifferences(
  db: Kysely<Tables>,
  query: {
    readonly channel: string;
    readonly limit: number;
    readonly after: { readonly attr: string; readonly advisoryId: string } | null;
  },
): Promise<readonly MatchDifference[]> {
  const { channel, limit, after } = query;
  let rows = db
    .selectFrom('matching_difference as newer')
    .leftJoin('matching_match as live', (join) =>
      join
        .onRef('live.channel', '=', 'newer.channel')
        .onRef('live.attr', '=', 'newer.attr')
        .onRef('live.advisory_id', '=', 'newer.advisory_id')
        .on('live.status', '!=', 'gone'),
    )
    .select(['newer.kind', 'newer.attr', 'newer.advisory_id', 'newer.digest', 'newer.route', 'newer.body'])
    .select(['live.route as live_route', 'live.body as live_body'])
    .where('newer.channel', '=', channel)
    .orderBy('newer.attr')
    .orderBy('newer.advisory_id')
    .limit(limit);
  if (after !== null)
    rows = rows.where((row) =>
      row.or([
        row('newer.attr', '>', after.attr),
        row.and([row('newer.attr', '=', after.attr), row('newer.advisory_id', '>', after.advisoryId)]),
      ]),
    );
  return (await rows.execute()).map(({ kind, attr, advisory_id, digest, route, body, live_route, live_body }) => ({
    kind: kind as MatchDifference['kind'],
    channel,
    attr,
    advisoryId: advisory_id,
    before: live_body === null || live_route === null ? null : decodeStored({ body: live_body, route: live_route }),
    after: digest === '' ? null : (decodeStored({ body, route }) as RoutedMatch),
    isHeld: live_route === 'held',
  }));
}

/** A person takes the newer answers for right: they go live, and the older algorithm is done with. */
export async function adoptDifferences(
  trx: Transaction<Tables>,
  given: { readonly channel: string; readonly actor: string; readonly reason: string; readonly at: EpochMs },
): Promise<{ readonly changed: number } | null> {
  const { channel, actor, reason, at } = given;
  const run = await trx.selectFrom('matching_run').selectAll().where('channel', '=', channel).executeTakeFirst();
  if (run === undefined || run.newer_algorithm === null) return null;
  const found = await trx.selectFrom('matching_difference').selectAll().where('channel', '=', channel).execute();
  await writeRows(
    trx,
    found.map(({ kind: _, ...row }) => row),
    at,
  );
  await trx.deleteFrom('matching_difference').where('channel', '=', channel).execute();
  await trx
    .updateTable('matching_run')
    .set({ algorithm: run.newer_algorithm, newer_algorithm: null, compared_at: null, at })
    .where('channel', '=', channel)
    .execute();
  await appendEvent(trx, {
    at,
    kind: 'matching.adopted',
    subject: channel,
    actor,
    payload: { channel, from: run.algorithm, algorithm: run.newer_algorithm, changed: found.length, reason },
  });
  return { changed: found.length };
}
