import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bands, escalations, raters } from '../policy.ts';
import { explainCase } from './explain-case.ts';
import type { Fact, FactKind } from './facts.ts';
import { readClock } from './read-clock.ts';
import { replay } from './replay.ts';
import { at, cna, done, fact, opened, pausingPolicy, scoreOfBand, shown, strictPolicy } from './testing.ts';
import type { CaseTimeline } from './timeline.ts';

const start = at('03-02 10:00');
const hour = 3_600_000;

const byOne: fc.Arbitrary<FactKind> = fc.oneof(
  fc.constant<FactKind>({ kind: 'first_public' }),
  fc.constant<FactKind>({ kind: 'coverage_started' }),
  fc.constant<FactKind>({ kind: 'line_first_shipped' }),
  fc.constant<FactKind>({ kind: 'matched' }),
  fc.constant<FactKind>({ kind: 'upstream_fix_available' }),
  fc.constant<FactKind>({ kind: 'kev_removed' }),
  fc.constant<FactKind>({ kind: 'reopened', reason: 'x' }),
  fc.constantFrom(...escalations).map((by): FactKind => ({ kind: 'escalated', by })),
  fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f').map((part): FactKind => ({ kind: 'response', part: part as 'a' })),
  fc.constantFrom(...bands).map((to): FactKind => ({ kind: 'down_requested', to, reason: 'x' })),
  fc.constantFrom(...bands).map((to): FactKind => ({ kind: 'down_approved', to, role: 'security_lead' })),
  fc.constantFrom('x', 'y').map((content): FactKind => ({ kind: 'not_affected_signed', content })),
  fc
    .record({ rater: fc.constantFrom(...raters), score: fc.integer({ min: 0, max: 100 }) })
    .map(({ rater, score }): FactKind => ({ kind: 'scored', rater, score: score / 10, vector: null, initial: false })),
  fc.integer({ min: 1, max: 500 }).map(
    (hours): FactKind => ({
      kind: 'paused',
      until: start + hours * hour,
      reason: 'embargo',
      // One person under two spellings of the list, and a robot: never two people.
      approvedBy: ['alice', 'alice', 'robot'],
    }),
  ),
);

/** Facts of one person and the robot, some learnt long after they took effect. */
const history = fc
  .array(
    fc.record({ kind: byOne, hours: fc.integer({ min: -300, max: 900 }), lag: fc.nat(400), person: fc.boolean() }),
    {
      maxLength: 12,
    },
  )
  .map((items) =>
    items.map(({ kind, hours, lag, person }): Fact => {
      const instant = start + hours * hour;
      return fact('03-02 10:00', kind, {
        at: instant,
        // What is recorded in the very instant of the opening is a part of it.
        recordedAt: Math.max(start + 1, instant) + lag * hour,
        actor: person ? 'alice' : 'robot',
      });
    }),
  );
const opening = fc.constantFrom(...bands, null).map((band) => opened(band));

function dues({ response, remediation }: CaseTimeline): readonly number[] {
  return [response, remediation].map(({ dueAt }) => dueAt ?? Number.POSITIVE_INFINITY);
}

describe.each([
  ['pauses off', strictPolicy],
  ['pauses on', pausingPolicy],
  ['the highest score', { ...strictPolicy, severity: { ...strictPolicy.severity, mode: 'max' as const } }],
])('with %s', (_, policy) => {
  test('no due instant moves later without two people, but by the score that settles', () => {
    fc.assert(
      fc.property(opening, history, (first, facts) => {
        const known = [...first];
        let before = replay(known, policy);
        for (const next of facts.toSorted((a, b) => a.recordedAt - b.recordedAt)) {
          known.push(next);
          const after = replay(known, policy);
          if (after.settledBy !== next) {
            for (const [index, due] of dues(after).entries()) expect(due).toBeLessThanOrEqual(dues(before)[index] ?? 0);
          }
          before = after;
        }
      }),
    );
  });

  test('the order in which facts arrive, and their repetition of a read, change nothing', () => {
    fc.assert(
      fc.property(opening, history, fc.array(fc.nat(), { minLength: 16, maxLength: 16 }), (first, facts, keys) => {
        const all = [...first, ...facts];
        const shuffled = all
          .map((one, index) => ({ one, key: keys[index] ?? 0 }))
          .sort((a, b) => a.key - b.key)
          .map(({ one }) => one);
        expect(replay(shuffled, policy)).toEqual(replay(all, policy));
        expect(replay(JSON.parse(JSON.stringify(all)) as Fact[], policy)).toEqual(replay(all, policy));
      }),
    );
  });

  test('one person alone stops no clock by a verdict and lowers no severity', () => {
    fc.assert(
      fc.property(opening, history, (first, facts) => {
        const timeline = replay([...first, ...facts], policy);
        expect(timeline.remediation.stoppedAt).toBeNull();
        expect(timeline.steps.some(({ what }) => what === 'lowered' || what === 'paused')).toBe(false);
      }),
    );
  });
});

test('a breach stays a breach at every later time', () => {
  fc.assert(
    fc.property(opening, history, fc.nat(2000), fc.nat(2000), (first, facts, a, b) => {
      const timeline = replay([...first, ...facts], strictPolicy);
      const [early, late] = [Math.min(a, b), Math.max(a, b)].map((hours) => start + hours * hour);
      if (readClock(timeline, 'remediation', early ?? 0) === 'breached_open') {
        expect(['breached_open', 'met_late']).toContain(readClock(timeline, 'remediation', late ?? 0));
      }
    }),
  );
});

test.each([
  [
    'a fact dated ahead',
    fact('03-08 00:00', { kind: 'upstream_fix_available' }, { recordedAt: at('03-07 00:00') }),
    'dated_ahead',
  ],
  [
    'a late start of coverage',
    fact('03-04 00:00', { kind: 'coverage_started' }, { recordedAt: at('03-10 00:00') }),
    'needs_two_people',
  ],
])('%s is without effect', (_, late, why) => {
  const timeline = replay([...opened('critical'), late], strictPolicy);
  expect(shown(timeline.remediation.dueAt)).toBe('03-09 10:00');
  expect(timeline.steps.find(({ what }) => what === 'refused')?.detail).toBe(why);
});

test('two people can correct the first publication', () => {
  const correction = (approvedBy: readonly string[]) =>
    fact('03-04 00:00', { kind: 'first_public_corrected', approvedBy, reason: 'the post was about another flaw' });
  const earlier = fact('03-03 00:00', { kind: 'first_public' }, { recordedAt: at('03-05 00:00') });
  const due = (people: readonly string[], ...more: readonly Fact[]) =>
    shown(replay([...opened('critical'), correction(people), ...more], strictPolicy).remediation.dueAt);
  expect([due(['alice']), due(['alice', 'robot']), due(['alice', 'bob']), due(['alice', 'bob'], earlier)]).toEqual([
    '03-09 10:00',
    '03-09 10:00',
    '03-11 00:00',
    '03-10 00:00',
  ]);
});

test('a case is explained step by step', () => {
  const facts = [
    ...opened('high'),
    cna('03-04 10:00', scoreOfBand.critical),
    fact('03-05 00:00', { kind: 'paused', until: at('03-06'), reason: 'embargo', approvedBy: ['alice', 'bob'] }),
    ...done('03-10 00:00'),
  ];
  const steps = explainCase(replay(facts, strictPolicy));
  expect(
    steps.map(({ at: when, text, remediationDueAt }) => [shown(when), text, shown(remediationDueAt)]),
  ).toContainEqual(['03-04 10:00', 'The severity rises to critical: scored 9.8 by cna_v31 (test).', '03-09 10:00']);
  const texts = steps.map(({ text }) => text);
  expect(texts[0]).toBe('The clocks start with the first publication, as high, under policy standard version 1.');
  expect(texts).toContain('Known: scored 7.5 by cna_v31 (test).');
  expect(texts).toContain('The remediation deadline passes.');
  expect(texts).toContain('Without effect (pause_disabled): paused, embargo (test).');
  expect(texts.at(-1)).toMatch(/^The remediation clock stops: done /);
});

test("a person's own score lowers nothing, not even when it is recorded with the opening", () => {
  const first = opened('critical');
  const low = fact('03-02 10:00', { kind: 'scored', rater: 'analyst', score: 0.1, vector: null, initial: false });
  const timeline = replay([...first, low], strictPolicy);
  expect([timeline.band, timeline.response.dueAt]).toEqual(['critical', replay(first, strictPolicy).response.dueAt]);
});

test.each([
  ['stands in the way of the score that settles', null, 'critical'],
  ['stands in the way of a graver one', 'medium', 'critical'],
] as const)("a person's own low score never %s", (_, band, after) => {
  const own = fact(
    '03-03 10:00',
    { kind: 'scored', rater: 'analyst', score: 0.1, vector: null, initial: false },
    { actor: 'alice' },
  );
  const facts = [...opened(band), cna('03-05 10:00', 9.8)];
  expect(replay([...facts, own], strictPolicy).band).toBe(after);
  expect(replay([...facts, own], strictPolicy).remediation.dueAt).toBe(replay(facts, strictPolicy).remediation.dueAt);
});

test("a person's own scores only ever make a case stricter", () => {
  fc.assert(
    fc.property(opening, history, (first, facts) => {
      const isOwn = (one: Fact) => one.kind === 'scored' && one.rater === 'analyst';
      const without = dues(replay([...first, ...facts.filter((one) => !isOwn(one))], strictPolicy));
      for (const [index, due] of dues(replay([...first, ...facts], strictPolicy)).entries())
        expect(due).toBeLessThanOrEqual(without[index] ?? 0);
    }),
    { numRuns: 300 },
  );
});

test('a source that rates up and down for ever holds up nothing', () => {
  const flapping = Array.from({ length: 5_000 }, (_, turn) => {
    const instant = at('03-03 10:00') + turn * hour;
    return { ...cna('03-03 10:00', turn % 2 === 0 ? 4.1 : 5.1), at: instant, recordedAt: instant };
  });
  const before = performance.now();
  expect(replay([...opened('medium'), ...flapping], strictPolicy).band).toBe('medium');
  // Some ten milliseconds; ten seconds where each is held against all before it.
  expect(performance.now() - before).toBeLessThan(2_000);
});
