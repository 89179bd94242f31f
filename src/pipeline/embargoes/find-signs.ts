import type { AdvisoryStore } from '../advisories/index.ts';
import type { EmbargoReport } from './report.ts';

const together = 500;

/** Whether the world speaks of what is under embargo: a record of one of its ids, or one that names an address about it alone. */
export async function findSigns({
  advisories,
  report,
  after,
  signal,
}: {
  readonly advisories: Pick<AdvisoryStore, 'byIds' | 'changedAfter'>;
  readonly report: EmbargoReport;
  /** The last change of an advisory that was looked at. */
  readonly after: number;
  readonly signal: AbortSignal;
}): Promise<{ readonly sign: string | null; readonly upTo: number }> {
  const named = [...(await advisories.byIds(report.ids))].find(([, { state }]) => state === 'active');
  if (named !== undefined) return { sign: `a record of ${named[0]} is out`, upTo: after };
  const addresses = new Set(report.references.map(plain));
  if (addresses.size === 0) return { sign: null, upTo: after };
  for (let upTo = after; ; ) {
    const changes = await advisories.changedAfter(upTo, together);
    signal.throwIfAborted();
    const ids = changes.filter(({ state }) => state === 'active').map(({ id }) => id);
    for (const { id, references } of (await advisories.byIds(ids)).values()) {
      const address = references.find((url) => addresses.has(plain(url)));
      if (address !== undefined) return { sign: `${id} names ${address}`, upTo };
    }
    upTo = changes.at(-1)?.sequence ?? upTo;
    if (changes.length < together) return { sign: null, upTo };
  }
}

/** As addresses are compared: without scheme, `www.`, a fragment and the last slash. */
function plain(url: string): string {
  return url
    .replace(/^https?:\/\/(www\.)?/i, '')
    .replace(/#.*$/, '')
    .replace(/\/+$/, '')
    .toLowerCase();
}
