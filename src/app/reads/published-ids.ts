import type { FindingRow } from '../../http/index.ts';
import type { ClockedFinding } from '../../pipeline/findings/index.ts';
import type { WalkContext } from '../../worker/index.ts';

/** Findings with the ids that they are published under. */
export async function withIds<Row extends ClockedFinding>(
  { publications }: Pick<WalkContext, 'publications'>,
  rows: readonly Row[],
): Promise<readonly (Row & FindingRow)[]> {
  const idOf = await publications.idsOf(rows.map(({ finding }) => finding));
  return rows.map((row) => ({ ...row, publishedAs: idOf(row.finding) }));
}
