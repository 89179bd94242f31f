import type { FeedRecord } from '../model.ts';

/** One CVE is the same vulnerability under another name; a record of several builds on each, and must not make them one. */
export function namedCves(ids: readonly string[]): Pick<FeedRecord, 'aliases' | 'upstream'> {
  const cves = [...new Set(ids)].filter((id) => /^CVE-\d{4}-\d{4,}$/.test(id));
  return cves.length === 1 ? { aliases: cves, upstream: [] } : { aliases: [], upstream: cves };
}
