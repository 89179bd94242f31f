import { openBareAdvisories } from './bare-advisories.ts';
import type { Benchmark } from './measure.ts';
import { realWorld } from './real-world.ts';

export const benchmark: Benchmark = {
  title: 'all real packages against the real feeds, in a warm workspace; the goal is 300 ms',
  runs: 5,
  prepare: async () => {
    const world = await realWorld();
    if (world === null) return { missing: 'the real feeds are not here' };
    const match = async () => {
      const matches = await world.matcher.match({ ...world.request, scope: { kind: 'all' } });
      return [...new Set(matches.map(({ match }) => match.advisoryId))];
    };
    const ids = await match();
    const bare = openBareAdvisories(world.file);
    return {
      input: `${world.attrs.length.toLocaleString('en')} packages, ${ids.length.toLocaleString('en')} advisories matched`,
      ours: { name: 'match', run: async () => (await match()).length },
      floor: {
        name: 'their records read and parsed',
        run: async () => ids.filter((id) => bare.read(id) > 0).length,
      },
    };
  },
};
