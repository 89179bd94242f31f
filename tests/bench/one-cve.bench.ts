import { openBareAdvisories } from './bare-advisories.ts';
import { type Latencies, latenciesOf, latencyText } from './latencies.ts';
import type { Benchmark } from './measure.ts';
import { realWorld } from './real-world.ts';

const asked = 2_000;

export const benchmark: Benchmark = {
  title: 'everything known about one CVE and its matches: the slowest hundredth; the goal is 2 ms',
  runs: 3,
  prepare: async () => {
    const world = await realWorld();
    if (world === null) return { missing: 'the real feeds are not here' };
    const matches = await world.store.stored(world.request.channel);
    const ids = [...new Set(matches.map(({ match }) => match.advisoryId))].slice(-asked);
    const bare = openBareAdvisories(world.file);
    let last: Latencies | null = null;
    return {
      input: `${ids.length.toLocaleString('en')} advisories, one at a time`,
      ours: {
        name: 'advisory and matches',
        run: async () => {
          let result = 0;
          const look = async (id: string) => {
            const advisory = await world.advisories.byId(id);
            return (advisory?.records.length ?? 0) + (await world.store.matchesOfAdvisory(id)).length;
          };
          last = await latenciesOf(ids, look, (count) => {
            result += count;
          });
          return { kind: 'self-timed', tookMs: last.p99Ms, result };
        },
      },
      floor: {
        name: 'their rows, read and parsed',
        run: async () => {
          let result = 0;
          const look = (id: string) =>
            bare.read(id) + bare.matchesOf.all(id).filter(({ body }) => body !== '' && JSON.parse(String(body))).length;
          const took = await latenciesOf(ids, look, (count) => {
            result += count;
          });
          return { kind: 'self-timed', tookMs: took.p99Ms, result };
        },
      },
      note: () => `one CVE: ${last === null ? '' : latencyText(last)}`,
    };
  },
};
