import type { FeedSource, ReadContext } from '../model.ts';
import { normalisePiece } from '../normalising/normalise-text.ts';
import { filesOf } from '../reading/files-of.ts';
import { elementsOf } from '../reading/pieces.ts';
import { readWhole } from '../reading/read-whole.ts';
import { normaliseCurl } from './normalise.ts';

export const curl: FeedSource = {
  id: 'curl',
  title: 'curl',
  licence: 'curl',
  attribution: 'Advisories by the curl project.',
  homepage: 'https://curl.se/docs/security.html',
  defaultUrl: 'https://curl.se/docs/vuln.json',
  intervalMs: 3_600_000,
  optIn: null,
  read: (context) => readWhole(context, { records: (path) => recordsIn(path, context) }),
};

async function* recordsIn(path: string, { clock, signal }: ReadContext) {
  const context = { source: curl.id, now: clock.now() };
  for await (const { name, bytes } of filesOf(path, signal))
    for await (const piece of elementsOf(bytes(), { name, path: [] }))
      yield normalisePiece(piece, normaliseCurl, context);
}
