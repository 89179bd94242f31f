import type { AdvisoryStore } from '../../pipeline/advisories/index.ts';

const together = 1_000;

/** The advisories that changed after that change, and the number of the last one. */
export async function changedSince(
  advisories: Pick<AdvisoryStore, 'changedAfter'>,
  after: number,
): Promise<{ readonly ids: ReadonlySet<string>; readonly sequence: number }> {
  const ids = new Set<string>();
  for (let sequence = after; ; ) {
    const changes = await advisories.changedAfter(sequence, together);
    for (const { id } of changes) ids.add(id);
    sequence = changes.at(-1)?.sequence ?? sequence;
    if (changes.length < together) return { ids, sequence };
  }
}
