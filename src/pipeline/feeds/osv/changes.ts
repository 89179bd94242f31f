import { AppError } from '../../../foundation/errors.ts';
import type { ReadContext } from '../model.ts';
import { plausibleInstant } from '../normalising/plausible-instant.ts';
import { feedErrors } from '../reading/errors.ts';
import { fetchBytes } from '../reading/fetch-body.ts';
import { maxPageBytes } from '../reading/limits.ts';
import type { Changes } from '../reading/read-incremental.ts';

/** The ids that `modified_id.csv` lists (lines `2026-05-29T19:17:56Z,GO-2026-5032`, newest first) since the instant `since` of the list,
 * or null when there is no list. */
export async function readChanges(context: ReadContext, url: string, since: string | null): Promise<Changes | null> {
  const content = await fetchBytes(context, { url, maxBytes: maxPageBytes });
  return content === null ? null : changesIn(content.toString('utf8'), since, context.clock.now());
}

/**
 * Several records share one instant: once there is a newer one, those of `since` itself are read again. A line of a day that
 * has not come is left out: nothing would ever be newer.
 */
export function changesIn(list: string, since: string | null, now: number): Changes {
  const from = plausibleInstant(since, now);
  const start = from === null ? null : since;
  const ids = new Set<string>();
  let reached = from ?? Number.NEGATIVE_INFINITY;
  let newest = start;
  let lines = 0;
  for (const line of list.split('\n')) {
    const comma = line.indexOf(',');
    const modified = line.slice(0, comma);
    const instant = plausibleInstant(modified, now);
    if (instant === null) continue;
    lines += 1;
    if (from !== null && instant < from) continue;
    ids.add(line.slice(Math.max(comma, line.lastIndexOf('/')) + 1).trim());
    if (instant > reached) [reached, newest] = [instant, modified];
  }
  if (lines === 0)
    throw new AppError(feedErrors.unreadable, 'the list of changes has no line that can be read', {
      hint: 'Look at modified_id.csv beside the archive; the next sync tries again.',
    });
  return newest === start ? { ids: [], newest } : { ids: [...ids], newest };
}
