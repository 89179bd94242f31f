import path from 'node:path';
import { carriedReplica } from './carried-replica.ts';
import { type Latencies, latenciesOf, latencyText } from './latencies.ts';
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
    let [byAdvisory, byPackage]: (Latencies | undefined)[] = [];
    const run = async (advisories: readonly string[], touched: readonly string[]) => {
      let result = true;
      const collect = (matches: readonly unknown[]) => {
        result &&= matches.length > 0;
      };
      const ofAdvisory = (id: string) => matcher.match({ ...request, scope: { kind: 'advisories', ids: [id] } });
      const ofPackage = (attr: string) => matcher.match({ ...request, scope: { kind: 'packages', attrs: [attr] } });
      byAdvisory = await latenciesOf(advisories, ofAdvisory, collect);
      if (touched.length > 0) byPackage = await latenciesOf(touched, ofPackage, collect);
      return result;
    };
    return {
      input: `${packages.toLocaleString('en')} packages, ${changes} + ${changes} changes`,
      ours: { name: 'advisories and packages', run: () => run(ids, attrs) },
      floor: { name: 'the advisories alone', run: () => run(ids, []) },
      note: () =>
        [
          ...(byAdvisory === undefined ? [] : [`one advisory (the goal is 20 ms): ${latencyText(byAdvisory)}`]),
          ...(byPackage === undefined ? [] : [`one package (the goal is 5 ms): ${latencyText(byPackage)}`]),
        ].join('\n  '),
    };
  },
};
