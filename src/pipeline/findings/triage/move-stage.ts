import type { Transaction } from 'kysely';
import type { EpochMs } from '../../../foundation/clock.ts';
import { announce } from '../announce.ts';
import { type Stage, type Transition, transitionOf, workingStages } from '../lifecycle.ts';
import type { FindingRow } from '../rows.ts';
import type { StoreTables } from '../tables.ts';

export interface Move {
  readonly event: string;
  /** A person's name, or `robot`. */
  readonly actor: string;
  readonly at: EpochMs;
  readonly payload?: Readonly<Record<string, unknown>>;
  readonly set?: Partial<FindingRow>;
}

/** Moves a finding along a listed way, with its event; null where there is none from where it stands. */
export async function moveStage(
  trx: Transaction<StoreTables>,
  row: FindingRow,
  move: Move,
): Promise<Transition | null> {
  const way = transitionOf(move.event, row.stage as Stage);
  if (way === null) return null;
  await trx
    .updateTable('finding')
    .set({ ...stageColumns(way.to), ...move.set })
    .where('id', '=', row.id)
    .execute();
  await announce(trx, way.event, row, move.at, { fromStage: row.stage, toStage: way.to, ...move.payload }, move.actor);
  return way;
}

/** What a finding that is nobody's work any more, or starts anew, does not keep. */
export function stageColumns(stage: Stage): Partial<FindingRow> {
  if (stage === 'triaging') return { stage, fix_tree: null, rechecked_at: null };
  return workingStages.includes(stage)
    ? { stage }
    : {
        stage,
        claimed_by: null,
        claim_until: null,
        next_update_at: null,
        fix_tree: null,
        lowering: null,
        likely_late_since: null,
        rejection: null,
        risk_asked: null,
        risk_accepted: null,
        risk_look_at: null,
      };
}
