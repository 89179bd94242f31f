import type { FeedSource, ReadContext } from '../model.ts';
import { normalisePiece } from '../normalising/normalise-text.ts';
import { filesOf } from '../reading/files-of.ts';
import { elementsOf } from '../reading/pieces.ts';
import { readWhole } from '../reading/read-whole.ts';
import { normaliseKev } from './normalise.ts';

export const kev: FeedSource = {
  id: 'kev',
  title: 'CISA Known Exploited Vulnerabilities',
  licence: 'CC0-1.0',
  attribution: 'Known Exploited Vulnerabilities catalogue by CISA.',
  homepage: 'https://www.cisa.gov/known-exploited-vulnerabilities-catalog',
  defaultUrl: 'https://www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities.json',
  intervalMs: 3_600_000,
  optIn: null,
  read: (context) => readWhole(context, { records: (path) => recordsIn(path, context) }),
};

async function* recordsIn(path: string, { clock, signal }: ReadContext) {
  const context = { source: kev.id, now: clock.now() };
  for await (const { name, bytes } of filesOf(path, signal))
    for await (const piece of elementsOf(bytes(), { name, path: ['vulnerabilities'] }))
      yield normalisePiece(piece, normaliseKev, context);
}
