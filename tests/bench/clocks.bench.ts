import { figuresOf } from '../../src/pipeline/findings/attainment/case-figures.ts';
import { defaultPolicyText } from '../../src/pipeline/findings/default-policy.ts';
import { parsePolicy } from '../../src/pipeline/findings/policy.ts';
import type { Fact, FactKind } from '../../src/pipeline/findings/sla/facts.ts';
import { packFacts, unpackFacts } from '../../src/pipeline/findings/sla/pack-facts.ts';
import { replay } from '../../src/pipeline/findings/sla/replay.ts';
import type { Benchmark } from './measure.ts';

const count = 100_000;
const hour = 3_600_000;
const raters = ['cna_v31', 'nvd', 'ecosystem', 'cisa_adp'] as const;

export const benchmark: Benchmark = {
  title: 'every clock of 100,000 findings, from their packed facts',
  runs: 3,
  prepare: async () => {
    const policy = parsePolicy(defaultPolicyText);
    const rows = Array.from({ length: count }, (_, index) => packFacts(factsOf(index)));
    const facts = rows.reduce((sum, packed) => sum + unpackFacts(packed).length, 0);
    return {
      input: `${count.toLocaleString('en')} findings, ${facts.toLocaleString('en')} facts`,
      ours: {
        name: 'read and replayed',
        run: async () => {
          let cases = 0;
          for (const packed of rows) {
            const facts = unpackFacts(packed);
            if (figuresOf(facts, replay(facts, policy)).startAt > 0) cases += 1;
          }
          return cases;
        },
      },
      floor: {
        name: 'the texts parsed alone',
        run: async () => {
          let cases = 0;
          for (const packed of rows) if (JSON.parse(packed) !== null) cases += 1;
          return cases;
        },
      },
    };
  },
};

/** A case with a history: 13 facts, six parts of an answer and a released fix among them. */
function factsOf(index: number): readonly Fact[] {
  const start = Date.UTC(2027, 0, 1) + index * 60_000;
  const fact = (kind: FactKind, after: number, actor = 'robot'): Fact => ({
    ...kind,
    at: start + after * hour,
    recordedAt: start + Math.max(2, after) * hour,
    precision: 'instant',
    source: actor === 'robot' ? 'nvd' : 'person',
    evidence: 'https://nvd.example/vuln/detail/CVE-2027-10000',
    actor,
  });
  const score = ((index * 7) % 90) / 10 + 1;
  const scored = raters.map((rater) =>
    fact({ kind: 'scored', rater, score, vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', initial: true }, 2),
  );
  return [
    fact({ kind: 'first_public' }, 0),
    fact({ kind: 'matched' }, 2),
    ...scored.slice(0, 2),
    fact({ kind: 'coverage_started' }, -100),
    fact({ kind: 'line_first_shipped' }, -50),
    ...(['a', 'b', 'c', 'd', 'e', 'f'] as const).map((part) => fact({ kind: 'response', part }, 10, 'ann')),
    fact({ kind: 'done', step: 'released', system: null, reference: 'release' }, 100),
  ];
}
