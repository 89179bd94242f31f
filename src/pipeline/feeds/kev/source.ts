import type { FeedSource, ReadContext } from '../model.ts';
import { normalisePiece } from '../normalising/normalise-text.ts';
import { plausibleInstant } from '../normalising/plausible-instant.ts';
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
  for await (const { name, bytes } of filesOf(path, signal)) {
    const releasedAt = plausibleInstant(await dateReleasedIn(bytes()), context.now);
    const normalise: typeof normaliseKev = (value, given) => normaliseKev(value, given, releasedAt);
    for await (const piece of elementsOf(bytes(), { name, path: ['vulnerabilities'] }))
      yield normalisePiece(piece, normalise, context);
  }
}

const headBytes = 4096;

/** It stands before the entries. */
async function dateReleasedIn(bytes: AsyncIterable<Buffer>): Promise<string | null> {
  let head = '';
  for await (const chunk of bytes) {
    head += chunk.toString('latin1', 0, headBytes);
    if (head.length >= headBytes) break;
  }
  const beforeEntries = head.slice(0, headBytes).split('"vulnerabilities"', 1)[0] ?? '';
  return /"dateReleased"\s*:\s*"([^"]{10,40})"/.exec(beforeEntries)?.[1] ?? null;
}
