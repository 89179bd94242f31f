import { plausibleInstant } from '../normalising/plausible-instant.ts';

/** A line of `changes.csv` or `deletions.csv`: `"2024/rhsa-2024_0010.json","2025-02-18T14:28:08+00:00"`. */
export interface CsafChange {
  /** Below the folder of the list. */
  readonly path: string;
  readonly at: number;
}

/** Oldest first. Lines of another form, or of a day that has not come, are left out: the list is a guide, and each document is looked at itself. */
export function csafChanges(list: string, now: number): readonly CsafChange[] {
  const changes: CsafChange[] = [];
  for (const line of list.split('\n')) {
    const [, path, time = ''] = /^"?((?:[\w-]+\/)?[\w.-]+\.json)"?,"?([\dT:.Z+-]{10,40})"?\r?$/.exec(line) ?? [];
    const at = plausibleInstant(time, now);
    if (path !== undefined && at !== null) changes.push({ path, at });
  }
  return changes.sort((a, b) => a.at - b.at);
}

/** The first of a list, with all of the instant that the last of them has: the next sync begins after it. */
export function firstChanges(changes: readonly CsafChange[], limit: number): readonly CsafChange[] {
  const last = changes[limit - 1];
  return last === undefined ? changes : changes.filter((change, index) => index < limit || change.at === last.at);
}

/** File names are the document's id in lower case, with `_` for the colon: `rhsa-2024_0010.json` is RHSA-2024:0010. */
export function csafIdOf(path: string): string {
  const name = path.replace(/^.*\//, '').replace(/\.json$/, '');
  return name.toUpperCase().replace('_', ':');
}

/** `csaf_vex_2025-02-15.tar.zst`, as `archive_latest.txt` names it; null when it is none that can be unpacked or has no date. */
export function csafArchiveOf(text: string): { readonly name: string; readonly at: number } | null {
  const [name, date = ''] = /^[\w-]*?(\d{4}-\d\d-\d\d)[\w-]*\.(?:tar\.zst|tar\.gz|zip)$/.exec(text.trim()) ?? [];
  const at = Date.parse(date);
  // Written at some time of that day.
  return name === undefined || Number.isNaN(at) ? null : { name, at };
}
