import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { compareVersions } from '../../src/formats/versions/index.ts';
import type { Instance } from '../../src/pipeline/catalog/index.ts';
import { carriedReplica } from './carried-replica.ts';
import { matchingWorld } from './matching-world.ts';
import type { Benchmark } from './measure.ts';

const records = 350_000;
const packages = 120_000;

export const benchmark: Benchmark = {
  title: 'all packages against all advisories',
  runs: 2,
  prepare: async (folder) => {
    const instances = await carriedReplica(packages);
    if (instances === null) return { missing: 'the real inventory is not here' };
    const file = path.join(folder, 'world.sqlite');
    const { matcher, fresh } = await matchingWorld(file, records, instances);
    const ours = async () => {
      const matches = await matcher.match({ ...fresh(), scope: { kind: 'all' } });
      return matches.filter(
        ({ match }) => plain.test(match.version) && match.ranges.some(({ outcome }) => outcome === 'in'),
      ).length;
    };
    return {
      input: '120,000 packages, 350,000 records with 3.1 million ranges',
      ours: { name: 'match', run: ours },
      floor: { name: 'names and bounds alone', run: async () => matchBarely(file, instances) },
    };
  },
};

/** What both sides count: versions that every order reads alike. */
const plain = /^\d+(?:\.\d+){1,3}$/;

/** Every record of a product that is named as a package is, read and compared: no sources, no other names, no reasons. */
function matchBarely(file: string, instances: readonly Instance[]): number {
  const db = new DatabaseSync(file, { readOnly: true });
  const find = db.prepare(
    'select body from feed_product join feed_affected on product_id = id join feed_body using (record_id) where key = ?',
  );
  let found = 0;
  for (const { pname, version } of instances) {
    if (!plain.test(version)) continue;
    for (const { body } of find.all(`name:${pname}`)) {
      const affected = (JSON.parse(String(body)) as readonly unknown[])[10] as readonly Packed[];
      const isIn = ([lo, hi]: Packed[2][number]) =>
        (compareVersions('generic', version, lo) ?? -1) >= 0 && (compareVersions('generic', version, hi) ?? 1) < 0;
      if (affected.some(([[, , product], , ranges]) => product === pname && ranges.some(isIn))) found++;
    }
  }
  db.close();
  return found;
}

type Packed = readonly [
  identity: readonly ['product', vendor: string, product: string],
  scheme: string,
  ranges: readonly (readonly [lo: string, hi: string, inclusive: number])[],
];
