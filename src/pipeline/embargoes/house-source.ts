import type { FeedSource } from '../feeds/index.ts';
import type { Embargo } from './model.ts';
import { houseSource, osvOf, recordOf } from './record.ts';

/** The house's own records as a feed: all that was once under embargo and is public now. */
export function createHouseSource(ended: () => Promise<readonly Embargo[]>): FeedSource {
  return {
    id: houseSource,
    title: 'Reports to this house',
    licence: 'CC0-1.0',
    attribution: '',
    homepage: '',
    defaultUrl: '',
    intervalMs: Number.MAX_SAFE_INTEGER,
    optIn: null,
    read: async function* ({ clock }) {
      for (const embargo of await ended())
        yield {
          kind: 'record',
          record: recordOf(embargo, clock.now()),
          raw: JSON.stringify(osvOf(embargo)),
        };
      yield { kind: 'end', cursor: null, complete: true };
    },
  };
}
