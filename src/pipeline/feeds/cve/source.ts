import type { FeedItem, FeedSource, ReadContext } from '../model.ts';
import { normalisePiece } from '../normalising/normalise-text.ts';
import { readIncremental } from '../reading/read-incremental.ts';
import { pathOfCve, readChanges } from './changes.ts';
import { normaliseCve } from './normalise.ts';

export const cve: FeedSource = {
  id: 'cve',
  title: 'CVE List',
  licence: 'CVE terms of use; what CISA adds is CC0-1.0',
  attribution: 'CVE records: Copyright The MITRE Corporation. CVE is a registered trademark of The MITRE Corporation.',
  homepage: 'https://www.cve.org',
  defaultUrl: 'https://raw.githubusercontent.com/CVEProject/cvelistV5/main/cves/',
  intervalMs: 3_600_000,
  optIn: null,
  read: readList,
};

/** The list's folder at an address, with its logs of changes; else a folder, a release archive, or one record a line. */
function readList(context: ReadContext): AsyncIterable<FeedItem> {
  const { location, clock } = context;
  const folder = location.kind === 'url' && location.url.endsWith('/') ? location.url : null;
  const naming = { source: cve.id, now: clock.now() };
  return readIncremental(context, {
    changesSince: folder === null ? null : (since) => readChanges(context, folder, since),
    urlOfRecord: (id) => `${folder}${pathOfCve(id)}`,
    normalise: (piece) => normalisePiece(piece, normaliseCve, naming),
    accept: (name) => /(?:^|\/)CVE-[^/]*\.json(?:\.gz)?$|\.jsonl(?:\.gz)?$/.test(name),
    ...(folder === null ? {} : { archiveUrl: archiveOf(folder) }),
  });
}

/** GitHub packs the branch; a mirror keeps `all.zip` in the folder. */
function archiveOf(folder: string): string {
  const [, repository, branch] =
    /^https:\/\/raw\.githubusercontent\.com\/([^/]+\/[^/]+)\/([^/]+)\/cves\/$/.exec(folder) ?? [];
  return repository === undefined
    ? `${folder}all.zip`
    : `https://codeload.github.com/${repository}/zip/refs/heads/${branch}`;
}
