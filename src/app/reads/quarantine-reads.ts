import type { Page, QuarantinedRow, QuarantineQuery } from '../../http/index.ts';
import type { WalkContext } from '../../worker/index.ts';

export async function quarantinePage(
  { feedStore }: WalkContext,
  { source, after, limit }: QuarantineQuery,
): Promise<Page<QuarantinedRow>> {
  const place = placeOf(after);
  const found = await feedStore.quarantined({
    limit: limit + 1,
    ...(source === null ? {} : { source }),
    ...(place === null ? {} : { after: place }),
  });
  const items = found.slice(0, limit);
  const last = items.at(-1);
  const next = found.length > limit && last !== undefined ? `${last.source} ${last.recordId}` : null;
  const states = await feedStore.states();
  const total = states
    .filter((state) => source === null || state.source === source)
    .reduce((sum, { quarantined }) => sum + quarantined, 0);
  return { items, next, total };
}

function placeOf(after: string | null): { readonly source: string; readonly recordId: string } | null {
  const space = after?.indexOf(' ') ?? -1;
  return after === null || space < 0 ? null : { source: after.slice(0, space), recordId: after.slice(space + 1) };
}
