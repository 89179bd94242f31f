import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { systemClock } from '../../src/foundation/clock.ts';
import type { Advisory } from '../../src/pipeline/advisories/index.ts';
import { type FeedRecord, type FeedSource, feedSources } from '../../src/pipeline/feeds/index.ts';
import {
  createIdentityData,
  type IdentityData,
  readDictionary,
  readPurlProducts,
} from '../../src/pipeline/matching/index.ts';
import { advisory } from '../../src/pipeline/matching/testing.ts';
import { silentProgress } from '../../src/platform/log/index.ts';
import { feedPlaces } from './feed-places.ts';
import { truthUnits } from './truth-units.ts';
import type { Unit } from './unit.ts';

export interface Truth {
  readonly units: readonly Unit[];
  readonly data: IdentityData;
}

/** The public labels against the public feeds; null where they are not here. */
export async function readTruth(folder: string): Promise<Truth | null> {
  if (!existsSync(path.join(folder, 'truth'))) return null;
  const byId = new Map<string, FeedRecord[]>();
  for (const source of feedSources) {
    const place = feedPlaces[source.id];
    if (place === undefined) continue;
    for await (const record of recordsOf(source, path.join(folder, 'feeds', place))) {
      for (const id of new Set([record.id, ...record.aliases, ...record.upstream])) {
        const known = byId.get(id);
        if (known === undefined) byId.set(id, [record]);
        else known.push(record);
      }
    }
  }
  const data = createIdentityData({
    dictionary: readDictionary(readFileSync(path.join(folder, 'cpe/cpedict.csv'), 'utf8')),
    purlProducts: readPurlProducts(gunzipSync(readFileSync(path.join(folder, 'cpe/purl2cpe.jsonl.gz'))).toString()),
  });
  return { units: truthUnits(folder, (id) => advisoryOf(id, byId.get(id))), data };
}

async function* recordsOf(source: FeedSource, place: string): AsyncGenerator<FeedRecord> {
  const items = source.read({
    location: { kind: 'path', path: place },
    cursor: null,
    fetcher: { fetch: () => Promise.reject(new Error('the labels are measured without a network')) },
    clock: systemClock,
    secret: null,
    progress: silentProgress,
    signal: new AbortController().signal,
  });
  for await (const item of items) if (item.kind === 'record' && item.record.state === 'active') yield item.record;
}

/** Labels name one vulnerability each, so the records under its id are the whole advisory. */
function advisoryOf(id: string, records: readonly FeedRecord[] | undefined): Advisory | undefined {
  if (records === undefined) return undefined;
  return advisory(
    records.map(({ source, id: recordId, state, affected, severities, publishedAt, statements, tags }) => ({
      source,
      recordId,
      state,
      affected,
      severities,
      publishedAt,
      statements,
      tags,
    })),
    {
      id,
      references: records.flatMap(({ references }) => references.map(({ url }) => url)),
      disputed: records.some(({ tags }) => tags.includes('disputed')),
    },
  );
}
