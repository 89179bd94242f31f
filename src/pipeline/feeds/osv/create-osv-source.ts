import type { FeedSource } from '../model.ts';
import { type Normalise, normalisePiece } from '../normalising/normalise-text.ts';
import { readIncremental } from '../reading/read-incremental.ts';
import { readChanges } from './changes.ts';
import { normaliseOsv } from './normalise.ts';

export interface OsvDatabase extends Omit<FeedSource, 'read' | 'optIn' | 'intervalMs'> {
  readonly intervalMs?: number;
  readonly optIn?: string | null;
  readonly normalise?: Normalise;
  /** Which members of a folder or archive are records. */
  readonly accept?: (name: string) => boolean;
}

/** A database in the OSV format: `…/<ecosystem>/all.zip` with `modified_id.csv` and single records beside it, another archive, a folder or a file. */
export function createOsvSource(database: OsvDatabase): FeedSource {
  const { normalise = normaliseOsv, accept, ...rest } = database;
  return {
    intervalMs: 3_600_000,
    optIn: null,
    ...rest,
    read: (context) => {
      const { location } = context;
      const folder =
        location.kind === 'url' && location.url.endsWith('/all.zip') ? location.url.slice(0, -'all.zip'.length) : null;
      const naming = { source: database.id, now: context.clock.now() };
      return readIncremental(context, {
        changesSince: folder === null ? null : (since) => readChanges(context, `${folder}modified_id.csv`, since),
        urlOfRecord: (id) => `${folder}${encodeURIComponent(id)}.json`,
        normalise: (piece) => normalisePiece(piece, normalise, naming),
        ...(accept === undefined ? {} : { accept }),
      });
    },
  };
}
