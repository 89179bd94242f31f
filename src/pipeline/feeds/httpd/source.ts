import type { FeedSource, ReadContext } from '../model.ts';
import { normalisePiece } from '../normalising/normalise-text.ts';
import { filesOf } from '../reading/files-of.ts';
import { documentsOf } from '../reading/pieces.ts';
import { readWhole } from '../reading/read-whole.ts';
import { normaliseHttpd } from './normalise.ts';

export const httpd: FeedSource = {
  id: 'httpd',
  title: 'Apache HTTP Server',
  licence: 'Apache-2.0',
  attribution: 'Vulnerability records by the Apache HTTP Server project.',
  homepage: 'https://httpd.apache.org/security/vulnerabilities_24.html',
  defaultUrl: 'https://codeload.github.com/apache/httpd-site/zip/refs/heads/main',
  intervalMs: 6 * 3_600_000,
  optIn: null,
  read: (context) => readWhole(context, { records: (path) => recordsIn(path, context) }),
};

async function* recordsIn(path: string, { clock, signal }: ReadContext) {
  const context = { source: httpd.id, now: clock.now() };
  const isRecord = (name: string) => /(?:^|\/)CVE-\d{4}-\d{4,}\.json$/.test(name);
  for await (const piece of documentsOf(filesOf(path, signal), isRecord))
    yield normalisePiece(piece, normaliseHttpd, context);
}
