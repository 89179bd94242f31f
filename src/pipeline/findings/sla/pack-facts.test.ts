import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Fact } from './facts.ts';
import { packFacts, unpackFacts } from './pack-facts.ts';
import { answered, done, fact, opened } from './testing.ts';

test('a case as it is kept', () => {
  const facts = [fact('2027-01-01 00:00', { kind: 'first_public' }, { source: 'nvd', evidence: 'CVE-2027-1' })];
  expect(packFacts(facts)).toBe('[1,1798761600000,["CVE-2027-1"],[0,0,0,17,22,-2,19,-1]]');
});

test('what is unpacked is what was packed, whatever it says', () => {
  const text = fc.oneof(fc.string(), fc.constantFrom('robot', 'nvd', 'scored', '{}', '{"part":"a"}', '[1]'));
  const instant = fc.integer({ min: 0, max: 4e12 });
  const stamp = fc.record({
    at: instant,
    recordedAt: instant,
    precision: fc.constantFrom('instant' as const, 'day' as const),
    source: text,
    evidence: fc.option(text),
    actor: text,
  });
  const kind = fc.oneof(
    fc.record({ kind: fc.constantFrom('first_public' as const, 'matched' as const, 'revived' as const) }),
    fc.record({ kind: fc.constant('response' as const), part: fc.constantFrom('a' as const, 'f' as const) }),
    fc.record({ kind: fc.constant('paused' as const), until: instant, reason: text, approvedBy: fc.array(text) }),
    fc.record({
      kind: fc.constant('scored' as const),
      rater: fc.constant('nvd' as const),
      score: fc.integer({ min: 0, max: 100 }).map((tenths) => tenths / 10),
      vector: fc.option(text),
      initial: fc.boolean(),
    }),
  );
  const facts = fc.array(fc.tuple(stamp, kind).map(([one, other]): Fact => ({ ...one, ...other })));
  fc.assert(
    fc.property(facts, (given) => {
      expect(unpackFacts(packFacts(given))).toEqual(given);
    }),
  );
  const real = [...opened('high'), ...answered('03-02 20:00'), ...done('03-09 12:00')];
  expect(unpackFacts(packFacts(real))).toEqual(real);
});
