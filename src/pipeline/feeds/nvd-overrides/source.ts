import type { FeedSource, ReadContext } from '../model.ts';
import { normalisePiece } from '../normalising/normalise-text.ts';
import { filesOf } from '../reading/files-of.ts';
import { documentsOf } from '../reading/pieces.ts';
import { readWhole } from '../reading/read-whole.ts';
import { normaliseOverride } from './normalise.ts';

export const nvdOverrides: FeedSource = {
  id: 'nvd-overrides',
  title: 'NVD overrides by Anchore',
  licence: 'CC0-1.0',
  attribution: 'NVD data overrides by Anchore; not endorsed or certified by the NVD.',
  homepage: 'https://github.com/anchore/nvd-data-overrides',
  defaultUrl: 'https://github.com/anchore/nvd-data-overrides/archive/refs/heads/main.zip',
  intervalMs: 6 * 3_600_000,
  optIn: null,
  read: (context) => readWhole(context, { records: (path, name) => recordsIn(path, name, context) }),
};

async function* recordsIn(path: string, name: string, { clock, signal }: ReadContext) {
  const context = { source: nvdOverrides.id, now: clock.now() };
  for await (const piece of documentsOf(filesOf(path, signal, name)))
    yield normalisePiece(piece, normaliseOverride, context);
}
