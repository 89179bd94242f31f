import { sql } from 'kysely';
import type { EpochMs } from '../../foundation/clock.ts';
import { appendEvent, type JournalTables } from '../../journal/index.ts';
import type { Database } from '../../platform/database/index.ts';
import type { Delivery, DeliveryAttempt, DeliveryState, TargetHealth } from './delivery.ts';
import type { Message } from './message.ts';
import { announcePlanned } from './plan-messages.ts';
import type { AlertsTables } from './tables.ts';
import type { AlertTarget } from './target.ts';

export interface DeliveryQuery {
  readonly state: DeliveryState | null;
  readonly target: string | null;
  /** The `next` of the page before. */
  readonly after: string | null;
  readonly limit: number;
}

export interface DeliveryStore {
  /** Newest first. */
  readonly deliveries: (
    query: DeliveryQuery,
  ) => Promise<{ readonly items: readonly Delivery[]; readonly next: string | null }>;
  readonly attemptsOf: (id: string) => Promise<readonly DeliveryAttempt[]>;
  /** One for each of these targets. */
  readonly health: (targets: readonly AlertTarget[], now: EpochMs) => Promise<readonly TargetHealth[]>;
  /** Lets dead deliveries be tried again as if they were new; gives how many there were. Null: all of them. */
  readonly replay: (given: {
    readonly id: string | null;
    readonly by: string;
    readonly at: EpochMs;
  }) => Promise<number>;
  /** Closes the circuit of a target and lets it be used again. */
  readonly enable: (given: { readonly target: string; readonly by: string; readonly at: EpochMs }) => Promise<void>;
  /** Targets at which something is due, and whether anything held is. */
  readonly due: (now: EpochMs) => Promise<{ readonly targets: readonly string[]; readonly held: boolean }>;
}

export function createDeliveryStore({ db }: { readonly db: Database<AlertsTables & JournalTables> }): DeliveryStore {
  return {
    deliveries: async ({ state, target, after, limit }) => {
      let query = db.read
        .selectFrom('alert_delivery as delivery')
        .innerJoin('alert_message as message', 'message.id', 'delivery.message_id')
        .leftJoin('alert_subscription as subscription', 'subscription.id', 'delivery.subscription_id')
        .selectAll('delivery')
        .select(['message.body', 'subscription.subscriber'])
        .orderBy('delivery.id', 'desc')
        .limit(limit + 1);
      if (state !== null) query = query.where('delivery.state', '=', state);
      if (target !== null) query = query.where('delivery.target', '=', target);
      if (after !== null) query = query.where('delivery.id', '<', after);
      const rows = await query.execute();
      const items = rows.slice(0, limit).map((row): Delivery => {
        const { kind, subject, urgency } = JSON.parse(row.body) as Message;
        return {
          id: row.id,
          subscriptionId: row.subscription_id,
          subscriber: row.subscriber,
          target: row.target,
          state: row.state as DeliveryState,
          message: { kind, subject, urgency },
          dueAt: row.due_at,
          attempts: row.attempts,
          createdAt: row.created_at,
          endedAt: row.ended_at,
          detail: row.detail,
        };
      });
      return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
    },
    attemptsOf: async (id) => {
      const rows = await db.read
        .selectFrom('alert_attempt')
        .selectAll()
        .where('delivery_id', '=', id)
        .orderBy('at')
        .orderBy('attempt')
        .execute();
      return rows.map(({ attempt, at, took_ms: tookMs, outcome, detail }) => ({
        attempt,
        at,
        tookMs,
        outcome: outcome as DeliveryAttempt['outcome'],
        detail,
      }));
    },
    health: async (targets, now) => {
      const [rows, counts] = await Promise.all([
        db.read.selectFrom('alert_target').selectAll().execute(),
        db.read
          .selectFrom('alert_delivery')
          .select(['target', 'state'])
          .select(({ fn }) => fn.countAll<number>().as('count'))
          .where('state', 'in', ['waiting', 'dead'])
          .groupBy(['target', 'state'])
          .execute(),
      ]);
      const known = new Map(rows.map((row) => [row.name, row]));
      const countOf = (name: string, state: string) =>
        Number(counts.find((row) => row.target === name && row.state === state)?.count ?? 0);
      return targets.map(({ name, channel }) => {
        const row = known.get(name);
        const pausedUntil = row !== undefined && row.closed_until > now ? row.closed_until : null;
        return {
          name,
          channel,
          state: stateOf(row, pausedUntil),
          failures: row?.failures ?? 0,
          pausedUntil,
          lastSentAt: row?.last_sent_at ?? null,
          lastFailedAt: row?.last_failed_at ?? null,
          lastError: row?.last_error ?? null,
          waiting: countOf(name, 'waiting'),
          dead: countOf(name, 'dead'),
        };
      });
    },
    replay: ({ id, by, at }) =>
      db.write(async (trx) => {
        let query = trx
          .updateTable('alert_delivery')
          .set({ state: 'waiting', due_at: at, attempts: 0, ended_at: null })
          .where('state', '=', 'dead');
        if (id !== null) query = query.where('id', '=', id);
        const rows = await query.returning('target').execute();
        if (rows.length === 0) return 0;
        await appendEvent(trx, {
          at,
          kind: 'alerts.replayed',
          subject: id ?? 'all',
          actor: by,
          payload: { deliveries: rows.length },
        });
        const targets = rows.map(({ target }) => target);
        await announcePlanned(trx, targets, at);
        return rows.length;
      }),
    enable: ({ target, by, at }) =>
      db.write(async (trx) => {
        await trx
          .updateTable('alert_target')
          .set({ failures: 0, closed_until: 0, disabled_at: null })
          .where('name', '=', target)
          .execute();
        await appendEvent(trx, { at, kind: 'alerts.target-enabled', subject: target, actor: by, payload: {} });
        await announcePlanned(trx, [target], at);
      }),
    due: async (now) => {
      const [waiting, held] = await Promise.all([
        db.read
          .selectFrom('alert_delivery')
          .leftJoin('alert_target', 'alert_target.name', 'alert_delivery.target')
          .select('target')
          .distinct()
          .where('state', '=', 'waiting')
          .where('due_at', '<=', now)
          .where(sql<number>`coalesce(alert_target.closed_until, 0)`, '<=', now)
          .where('alert_target.disabled_at', 'is', null)
          .execute(),
        db.read
          .selectFrom('alert_delivery')
          .select('id')
          .where('state', '=', 'held')
          .where('due_at', '<=', now)
          .limit(1)
          .execute(),
      ]);
      return { targets: waiting.map(({ target }) => target), held: held.length > 0 };
    },
  };
}

function stateOf(
  row: { readonly failures: number; readonly disabled_at: number | null } | undefined,
  pausedUntil: EpochMs | null,
): TargetHealth['state'] {
  if (row === undefined) return 'untried';
  if (row.disabled_at !== null) return 'disabled';
  if (pausedUntil !== null) return 'paused';
  return row.failures > 0 ? 'failing' : 'ok';
}
