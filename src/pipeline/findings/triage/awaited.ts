import type { Kysely } from 'kysely';
import { contentOfRequest } from '../content-of-request.ts';
import type { FindingRow } from '../rows.ts';
import type { StoreTables } from '../tables.ts';
import type { Verdict } from '../verdict.ts';
import type { AskedRisk } from './accept-risk.ts';
import type { Lowering } from './rate.ts';
import { awaitsRecheck, dismissedBy } from './recheck.ts';
import { type Rejection, rejectionOf } from './rejection.ts';

/** What waits for a second person. */
export type Awaited =
  | {
      readonly kind: 'verdict';
      readonly content: string;
      readonly verdict: Verdict;
      readonly by: string;
      readonly at: number;
    }
  | {
      readonly kind: 'lowering';
      readonly content: string;
      readonly lowering: Lowering;
      readonly by: string;
      readonly at: number;
    }
  | { readonly kind: 'fix'; readonly tree: string; readonly by: string; readonly at: number }
  | {
      readonly kind: 'risk';
      readonly content: string;
      readonly risk: AskedRisk;
      readonly by: string;
      readonly at: number;
    }
  /** It was dismissed, and is one of those that are looked at again. */
  | { readonly kind: 'recheck'; readonly by: string; readonly at: number }
  /** The robot's: the record was taken back. */
  | { readonly kind: 'rejection'; readonly rejection: Rejection; readonly by: string; readonly at: number };

/** Of one finding, or of all: the oldest first. */
export async function awaited(
  db: Kysely<StoreTables>,
  given: { readonly findingId: number | null; readonly limit: number },
): Promise<readonly { readonly row: FindingRow; readonly awaited: Awaited }[]> {
  let proposals = db
    .selectFrom('finding_verdict as v')
    .innerJoin('finding', 'finding.id', 'v.finding_id')
    .selectAll('finding')
    .select(['v.content', 'v.body', 'v.proposed_by', 'v.proposed_at'])
    .where('v.ended_at', 'is', null)
    // One that is in force was approved.
    .where('finding.verdict', 'is', null)
    .orderBy('v.proposed_at')
    .limit(given.limit);
  let lowerings = db.selectFrom('finding').selectAll().where('lowering', 'is not', null).limit(given.limit);
  let risks = db.selectFrom('finding').selectAll().where('risk_asked', 'is not', null).limit(given.limit);
  let rechecks = db.selectFrom('finding').selectAll().where(awaitsRecheck).orderBy('id').limit(given.limit);
  let rejections = db.selectFrom('finding').selectAll().where('rejection', 'is not', null).limit(given.limit);
  let fixes = db
    .selectFrom('finding_signature as s')
    .innerJoin('finding', (join) =>
      join.onRef('finding.id', '=', 's.finding_id').onRef('finding.fix_tree', '=', 's.content'),
    )
    .selectAll('finding')
    .select(['s.person', 's.at as signed_at'])
    .where('finding.stage', '=', 'in_review')
    .orderBy('s.at')
    .limit(given.limit);
  if (given.findingId !== null) {
    proposals = proposals.where('finding.id', '=', given.findingId);
    lowerings = lowerings.where('id', '=', given.findingId);
    risks = risks.where('id', '=', given.findingId);
    rechecks = rechecks.where('id', '=', given.findingId);
    rejections = rejections.where('id', '=', given.findingId);
    fixes = fixes.where('finding.id', '=', given.findingId);
  }
  const [proposed, lowered, risked, rejected, fixed, dismissed] = await Promise.all([
    proposals.execute(),
    lowerings.execute(),
    risks.execute(),
    rejections.execute(),
    fixes.execute(),
    rechecks.execute(),
  ]);
  const waiting: readonly { readonly row: FindingRow; readonly awaited: Awaited }[] = [
    ...proposed.map(({ content, body, proposed_by: by, proposed_at: at, ...row }) => ({
      row: row as FindingRow,
      awaited: { kind: 'verdict', content, verdict: JSON.parse(body) as Verdict, by, at } as const,
    })),
    ...lowered.map((row) => {
      const lowering = JSON.parse(row.lowering ?? '') as Lowering;
      const content = contentOfRequest(lowering);
      return { row, awaited: { kind: 'lowering', content, lowering, by: lowering.by, at: lowering.at } as const };
    }),
    ...risked.map((row) => {
      const risk = JSON.parse(row.risk_asked ?? '') as AskedRisk;
      const content = contentOfRequest(risk);
      return { row, awaited: { kind: 'risk', content, risk, by: risk.by, at: risk.at } as const };
    }),
    ...rejected.flatMap((row) => {
      const rejection = rejectionOf(row);
      return rejection === null
        ? []
        : [{ row, awaited: { kind: 'rejection', rejection, by: 'robot', at: rejection.at } as const }];
    }),
    ...fixed.map(({ person: by, signed_at: at, ...row }) => ({
      row: row as FindingRow,
      awaited: { kind: 'fix', tree: row.fix_tree ?? '', by, at } as const,
    })),
  ];
  // What nobody waits for comes last.
  return [
    ...waiting.toSorted((a, b) => a.awaited.at - b.awaited.at),
    ...dismissed.map((row) => ({
      row,
      awaited: { kind: 'recheck', by: dismissedBy(row).join(', ') || 'robot', at: row.opened_at } as const,
    })),
  ];
}
