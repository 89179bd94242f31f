import { parseJson } from '../../../formats/json/parse-json.ts';
import { idAt, listAt, objectAt, textAt } from '../../../formats/json/shape.ts';
import { AppError, messageOf } from '../../../foundation/errors.ts';
import type { ReadContext } from '../model.ts';
import { plausibleInstant } from '../normalising/plausible-instant.ts';
import { feedErrors } from '../reading/errors.ts';
import { fetchBytes } from '../reading/fetch-body.ts';
import { maxPageBytes } from '../reading/limits.ts';
import type { Changes } from '../reading/read-incremental.ts';

/**
 * `delta.json` is the last update of the list: `{"fetchTime": "2026-05-31T23:52:03.213Z", "numberOfChanges": 1, "new": [],
 * "updated": [{"cveId": "CVE-2026-4892", "dateUpdated": …}], "error": []}`; `deltaLog.json` holds those of about 30 days.
 * https://github.com/CVEProject/cvelistV5
 */
interface Delta {
  readonly at: string;
  readonly ids: readonly string[];
}

/** What changed since the update at `since`; null where there is no list of changes. */
export async function readChanges(context: ReadContext, folder: string, since: string | null): Promise<Changes | null> {
  const last = (await readDeltas(context, `${folder}delta.json`))?.[0];
  if (last === undefined) return null;
  if (last.at === since) return { ids: [], newest: last.at };
  if (since === null) return { ids: null, newest: last.at };
  return changesSince((await readDeltas(context, `${folder}deltaLog.json`)) ?? [], since, last);
}

/** Only a log that reaches back to `since` leaves nothing out. */
export function changesSince(log: readonly Delta[], since: string, last: Delta): Changes {
  const from = Date.parse(since);
  const reachesBack = log.some(({ at }) => Date.parse(at) <= from);
  const later = [last, ...log].filter(({ at }) => Date.parse(at) > from);
  return { ids: reachesBack ? [...new Set(later.flatMap(({ ids }) => ids))] : null, newest: last.at };
}

async function readDeltas(context: ReadContext, url: string): Promise<readonly Delta[] | null> {
  const content = await fetchBytes(context, { url, maxBytes: maxPageBytes });
  return content === null ? null : deltasIn(content.toString('utf8'), context.clock.now());
}

export function deltasIn(text: string, now: number): readonly Delta[] {
  try {
    const document = parseJson(text);
    return (Array.isArray(document) ? document : [document]).map((delta) => deltaAt(delta, now));
  } catch (error) {
    throw new AppError(feedErrors.unreadable, `the changes of the CVE list: ${messageOf(error)}`, { cause: error });
  }
}

function deltaAt(value: unknown, now: number): Delta {
  const delta = objectAt(value, 'delta');
  const changed = [...listAt(delta.new, 'new'), ...listAt(delta.updated, 'updated')];
  const at = textAt(delta.fetchTime, 'fetchTime') ?? '';
  // After a day that has not come nothing would be newer.
  if (plausibleInstant(at, now) === null) throw new AppError(feedErrors.unreadable, 'fetchTime is no time');
  return { at, ids: changed.map((item) => idAt(objectAt(item, 'change').cveId, 'cveId', /^CVE-\d{4}-\d{4,19}$/)) };
}

/** `CVE-2026-4892` lies at `2026/4xxx/CVE-2026-4892.json`. */
export function pathOfCve(id: string): string {
  const [, year = '', number = ''] = id.split('-');
  return `${year}/${number.slice(0, -3)}xxx/${id}.json`;
}
