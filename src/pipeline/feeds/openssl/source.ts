import type { FeedSource, ReadContext } from '../model.ts';
import { normalisePiece } from '../normalising/normalise-text.ts';
import { filesOf } from '../reading/files-of.ts';
import { documentsOf } from '../reading/pieces.ts';
import { readWhole } from '../reading/read-whole.ts';
import { normaliseOpenssl } from './normalise.ts';

export const openssl: FeedSource = {
  id: 'openssl',
  title: 'OpenSSL',
  licence: 'CVE terms of use',
  attribution: 'Vulnerability records by the OpenSSL project.',
  homepage: 'https://openssl-library.org/news/vulnerabilities/',
  defaultUrl: 'https://codeload.github.com/openssl/release-metadata/zip/refs/heads/main',
  intervalMs: 3_600_000,
  optIn: null,
  read: (context) => readWhole(context, { records: (path) => recordsIn(path, context) }),
};

async function* recordsIn(path: string, { clock, signal }: ReadContext) {
  const context = { source: openssl.id, now: clock.now() };
  const isRecord = (name: string) => /(?:^|\/)CVE-\d{4}-\d{4,}\.json$/i.test(name);
  for await (const piece of documentsOf(filesOf(path, signal), isRecord))
    yield normalisePiece(piece, normaliseOpenssl, context);
}
