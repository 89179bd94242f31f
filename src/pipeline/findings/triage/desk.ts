import type { WrittenStatement } from '../../../formats/openvex/write-openvex.ts';
import type { EpochMs } from '../../../foundation/clock.ts';
import type { Database } from '../../../platform/database/index.ts';
import type { FindingRow } from '../rows.ts';
import type { StoreTables } from '../tables.ts';
import type { DerivationNow } from '../verdict.ts';
import { lookAtRisks } from './accept-risk.ts';
import type { TriageOutcome } from './act.ts';
import { actInBulk, type BulkActs, type WantedAct } from './act-in-bulk.ts';
import { answersOwed } from './answers-owed.ts';
import { type Awaited, awaited } from './awaited.ts';
import { endClaims } from './claims.ts';
import { type Import, type ImportedEntry, importDecisions } from './import-decisions.ts';
import { lapsedRequests, lapseRequests } from './lapse-requests.ts';
import { type PerformedAct, performAct } from './perform-act.ts';
import { reviewsOwed } from './post-mortem.ts';
import { findingsOfItem, type QueueQuery, queueItems } from './queue.ts';
import { type TriagedFinding, triagedOf } from './triaged.ts';
import { type VexAbout, vexStatements } from './vex-statements.ts';

/** A package in one version with all that is open in it: one piece of work. */
export interface WorkItem {
  /** The most pressing first, not all of them. */
  readonly findings: readonly TriagedFinding[];
  readonly count: number;
}

export interface AwaitedAct {
  readonly finding: TriagedFinding;
  readonly awaited: Awaited;
}

/** What people do with findings. */
export interface TriageDesk {
  readonly queue: (query: QueueQuery) => Promise<{ readonly items: readonly WorkItem[]; readonly next: string | null }>;
  readonly triaged: (id: string) => Promise<TriagedFinding | null>;
  /** The whole work item that a finding belongs to, itself included while it is open. */
  readonly itemOf: (id: string) => Promise<readonly TriagedFinding[]>;
  readonly awaited: (query: {
    readonly findingId: string | null;
    readonly limit: number;
  }) => Promise<readonly AwaitedAct[]>;
  /** Fixed by itself, and the promised answer is missing; what is due first stands first. */
  readonly answersOwed: (limit: number) => Promise<readonly TriagedFinding[]>;
  /** A promise was broken, and nobody wrote yet what went wrong; what waits longest stands first. */
  readonly reviewsOwed: (limit: number) => Promise<readonly TriagedFinding[]>;
  readonly act: (given: PerformedAct) => Promise<TriageOutcome>;
  readonly actInBulk: (given: BulkActs) => Promise<readonly (WantedAct & { readonly outcome: TriageOutcome })[]>;
  readonly importDecisions: (given: Import) => Promise<readonly ImportedEntry[]>;
  readonly vexStatements: (about: VexAbout) => Promise<readonly WrittenStatement[]>;
  /** Ends claims, accepted risks and requests whose time is over, and reminds of risks; asked every few seconds, it writes only where there is something. */
  readonly endClaims: (at: EpochMs) => Promise<number>;
  /** Packages of a channel whose verdicts hold on to attributes of the derivation. */
  readonly attributesWanted: (channel: string) => Promise<readonly string[]>;
}

const mostOfItem = 500;

export function createTriageDesk(
  db: Database<StoreTables>,
  now: () => EpochMs,
  derivation?: DerivationNow,
): TriageDesk {
  const rowOf = async (id: string): Promise<FindingRow | undefined> =>
    /^\d{1,15}$/.test(id)
      ? db.read.selectFrom('finding').selectAll().where('id', '=', Number(id)).executeTakeFirst()
      : undefined;
  const triaged = (rows: readonly FindingRow[]): readonly TriagedFinding[] => {
    const at = now();
    return rows.map((row) => triagedOf(row, at));
  };
  return {
    queue: async (query) => {
      const { items, next } = await queueItems(db.read, query);
      return { items: items.map(({ rows, count }) => ({ findings: triaged(rows), count })), next };
    },
    triaged: async (id) => {
      const row = await rowOf(id);
      return row === undefined ? null : triagedOf(row, now());
    },
    itemOf: async (id) => {
      const row = await rowOf(id);
      return row === undefined ? [] : triaged(await findingsOfItem(db.read, row, mostOfItem));
    },
    awaited: async ({ findingId, limit }) => {
      if (findingId !== null && !/^\d{1,15}$/.test(findingId)) return [];
      const found = await awaited(db.read, { findingId: findingId === null ? null : Number(findingId), limit });
      const at = now();
      return found.map(({ row, awaited: waiting }) => ({ finding: triagedOf(row, at), awaited: waiting }));
    },
    answersOwed: async (limit) => triaged(await answersOwed(db.read, limit)),
    reviewsOwed: async (limit) => triaged(await reviewsOwed(db.read, limit)),
    act: (given) => db.write((trx) => performAct(trx, given, derivation)),
    actInBulk: (given) => actInBulk(db, given, derivation),
    importDecisions: (given) => importDecisions(db, given),
    vexStatements: (about) => vexStatements(db.read, about),
    endClaims: async (at) => {
      const due = await db.read
        .selectFrom('finding')
        .select('id')
        .where((where) =>
          where.or([
            where('claim_until', '<=', at),
            where('next_update_at', '<=', at),
            where('risk_look_at', '<=', at),
          ]),
        )
        .executeTakeFirst();
      if (due === undefined && (await lapsedRequests(db.read, at)).length === 0) return 0;
      return db.write(
        async (trx) => (await endClaims(trx, at)) + (await lookAtRisks(trx, at)) + (await lapseRequests(trx, at)),
      );
    },
    attributesWanted: async (channel) => {
      const rows = await db.read
        .selectFrom('finding')
        .select('attr')
        .distinct()
        .where('channel', '=', channel)
        .where('verdict', 'like', '%"attributes":{"%')
        .execute();
      return rows.map(({ attr }) => attr);
    },
  };
}
