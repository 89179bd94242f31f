import { openBareAdvisories } from './bare-advisories.ts';
import { type Latencies, latenciesOf, latencyText } from './latencies.ts';
import type { Benchmark } from './measure.ts';
import { realWorld } from './real-world.ts';

const goalMs = 5;
const shown = 8;

export const benchmark: Benchmark = {
  title: 'each real package by itself, as when it alone changed: the slowest hundredth',
  runs: 3,
  prepare: async () => {
    const world = await realWorld();
    if (world === null) return { missing: 'the real feeds are not here' };
    const idsOf = async (attr: string, matcher = world.matcher) => {
      const matches = await matcher.match({ ...world.request, scope: { kind: 'packages', attrs: [attr] } });
      return matches.map(({ match }) => match.advisoryId);
    };
    const fresh = world.freshMatcher();
    // Also prepares the packages, which every process does once.
    await idsOf('', fresh);
    const known = new Map<string, readonly string[]>();
    const cold = await latenciesOf(
      world.attrs,
      async (attr) => ({ attr, ids: await idsOf(attr, fresh) }),
      ({ attr, ids }) => known.set(attr, ids),
    );
    const bare = openBareAdvisories(world.file);
    const overs: ReadonlySet<string>[] = [];
    let last: Latencies | null = null;
    let lastBare: Latencies | null = null;
    return {
      input: `${world.attrs.length.toLocaleString('en')} packages`,
      ours: {
        name: 'match of one package',
        run: async () => {
          let result = 0;
          last = await latenciesOf(world.attrs, idsOf, (ids) => {
            result += ids.length;
          });
          overs.push(new Set(last.over(goalMs).map(({ name }) => name)));
          return { kind: 'self-timed', tookMs: last.p99Ms, result };
        },
      },
      floor: {
        name: 'the records of its matches',
        run: async () => {
          let result = 0;
          const read = (attr: string) => (known.get(attr) ?? []).filter((id) => bare.read(id) > 0).length;
          lastBare = await latenciesOf(world.attrs, read, (count) => {
            result += count;
          });
          return { kind: 'self-timed', tookMs: lastBare.p99Ms, result };
        },
      },
      note: () => {
        if (last === null || lastBare === null) return '';
        const over = last.over(goalMs);
        const named = over.slice(0, shown).map(({ name, tookMs }) => `${name} ${tookMs.toFixed(1)}`);
        const always = over.filter(({ name }) => overs.every((names) => names.has(name)));
        return [
          `one package: ${latencyText(last)}; its records alone: ${latencyText(lastBare)}`,
          `over ${goalMs} ms: ${over.length} packages${over.length === 0 ? '' : `, the slowest ${named.join(', ')} ms`}; in every run: ${always.length}`,
          `by a matcher that remembers nothing yet: ${latencyText(cold)}`,
        ].join('\n  ');
      },
    };
  },
};
