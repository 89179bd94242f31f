import path from 'node:path';
import { carriedReplica } from './carried-replica.ts';
import { matchingWorld } from './matching-world.ts';
import type { Benchmark } from './measure.ts';

const records = 20_000;
const packages = 120_000;
const changes = 100;

export const benchmark: Benchmark = {
  title: 'a hundred changed advisories, then a hundred changed packages, one at a time',
  runs: 5,
  prepare: async (folder) => {
    const instances = await carriedReplica(packages);
    if (instances === null) return { missing: 'the real inventory is not here' };
    const { matcher, fresh } = await matchingWorld(path.join(folder, 'world.sqlite'), records, instances);
    const request = fresh();
    const all = await matcher.match({ ...request, scope: { kind: 'all' } });
    const some = [...new Map(all.map((one) => [one.match.advisoryId, one])).values()].slice(-changes);
    const ids = some.map(({ match }) => match.advisoryId);
    const attrs = some.map(({ match }) => match.attr);
    const run = async (advisories: readonly string[], touched: readonly string[]) => {
      const found = [];
      for (const id of advisories)
        found.push(await matcher.match({ ...request, scope: { kind: 'advisories', ids: [id] } }));
      for (const attr of touched)
        found.push(await matcher.match({ ...request, scope: { kind: 'packages', attrs: [attr] } }));
      return found.every((matches) => matches.length > 0);
    };
    return {
      input: `${packages.toLocaleString('en')} packages, ${changes} + ${changes} changes`,
      ours: { name: 'advisories and packages', run: () => run(ids, attrs) },
      floor: { name: 'the advisories alone', run: () => run(ids, []) },
    };
  },
};
