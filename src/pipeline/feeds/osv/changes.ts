import type { ReadContext } from '../model.ts';
import { fetchBytes } from '../reading/fetch-body.ts';
import { maxPageBytes } from '../reading/limits.ts';
import type { Changes } from '../reading/read-incremental.ts';

/** The ids that `modified_id.csv` lists (lines `2026-05-29T19:17:56Z,GO-2026-5032`, newest first) since the instant `since` of the list,
 * or null when there is no list. */
export async function readChanges(context: ReadContext, url: string, since: string | null): Promise<Changes | null> {
  const content = await fetchBytes(context, { url, maxBytes: maxPageBytes });
  return content === null ? null : changesIn(content.toString('utf8'), since);
}

/** Several records share one instant: once there is a newer one, those of `since` itself are read again. */
export function changesIn(list: string, since: string | null): Changes {
  const after = since === null ? Number.NEGATIVE_INFINITY : Date.parse(since);
  const ids = new Set<string>();
  let newest = since;
  for (const line of list.split('\n')) {
    const comma = line.indexOf(',');
    const modified = line.slice(0, comma);
    const instant = Date.parse(modified);
    if (Number.isNaN(instant) || instant < after) continue;
    ids.add(line.slice(Math.max(comma, line.lastIndexOf('/')) + 1).trim());
    if (newest === null || instant > Date.parse(newest)) newest = modified;
  }
  return newest === since ? { ids: [], newest } : { ids: [...ids], newest };
}
