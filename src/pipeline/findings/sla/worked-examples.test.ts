import { describe, expect, test } from 'vitest';
import { defaultPolicyText } from '../default-policy.ts';
import { parsePolicy, policyFor, type SlaPolicy } from '../policy.ts';
import type { Fact } from './facts.ts';
import { readClock } from './read-clock.ts';
import { replay } from './replay.ts';
import { answered, at, cna, done, fact, opened, pausingPolicy, shown, strictPolicy } from './testing.ts';

// The worked examples 1 to 23, 31 to 43 and 45 of the project's SLA reference, numbered as there. UTC, 2027 unless shown.

function read(facts: readonly Fact[], now = '12-31 23:59', policy: SlaPolicy = strictPolicy) {
  const timeline = replay(facts, policy);
  return {
    timeline,
    R: shown(timeline.response.dueAt),
    M: shown(timeline.remediation.dueAt),
    states: [readClock(timeline, 'response', at(now)), readClock(timeline, 'remediation', at(now))],
    flags: [...timeline.flags].sort(),
  };
}

describe('starts and windows', () => {
  test.each([
    [1, 'critical', '03-02 10:00', '03-03 10:00', '03-09 10:00'],
    [2, 'high', '03-02 10:00', '03-05 10:00', '03-17 10:00'],
    [3, 'medium', '03-02 10:00', null, '04-16 10:00'],
    [3, 'low', '03-02 10:00', null, '05-31 10:00'],
    [4, 'critical', '2027-03-27T23:30+01:00', '03-28 22:30', '04-03 22:30'],
    [5, 'high', '2027-11-06T18:00-04:00', '11-09 22:00', '11-21 22:00'],
    [6, 'high', '2028-02-28T12:00Z', '2028-03-02 12:00', '2028-03-14 12:00'],
    [7, 'critical', '12-24 18:00', '12-25 18:00', '12-31 18:00'],
    [11, null, '03-02 10:00', '03-05 10:00', '03-17 10:00'],
  ] as const)('%i: %s at %s', (_, band, when, response, remediation) => {
    const { R, M, flags } = read(opened(band, when));
    expect([R, M]).toEqual([response, remediation]);
    expect(flags).toEqual(band === null ? ['provisional'] : []);
  });

  test('8: a bare date counts as its first instant', () => {
    const facts = opened('critical', '05-12').map((one) => ({ ...one, precision: 'day' as const }));
    const { R, M, timeline } = read(facts);
    expect([shown(timeline.start.at), timeline.start.precision, R, M]).toEqual([
      '05-12 00:00',
      'day',
      '05-13 00:00',
      '05-19 00:00',
    ]);
  });

  test('9: earlier evidence moves the start back, a later claim changes nothing', () => {
    const facts = [
      ...opened('critical', '05-12'),
      fact('05-11 16:40', { kind: 'first_public' }, { recordedAt: at('05-14') }),
      fact('05-13', { kind: 'first_public' }, { recordedAt: at('05-15') }),
    ];
    expect(read(facts)).toMatchObject({ R: '05-12 16:40', M: '05-18 16:40', flags: ['late_fact'] });
  });

  test('42: what was known when coverage began is inherited', () => {
    const facts = [...opened('high', '02-10 00:00'), fact('04-01 00:00', { kind: 'coverage_started' })].map((one) => ({
      ...one,
      recordedAt: at('04-01 00:00'),
    }));
    expect(read(facts)).toMatchObject({ R: '04-04 00:00', M: '04-16 00:00', flags: ['inherited'] });
  });

  test('43: a case stays with the policy version it was opened under', () => {
    const third = parsePolicy(defaultPolicyText.replace('version = 1', 'version = 3'));
    const fourth = parsePolicy(
      defaultPolicyText
        .replace('version = 1', 'version = 4')
        .replace('effective_from = 2020-01-01', 'effective_from = 2027-03-10')
        .replace('P15D" }', 'P10D" }'),
    );
    const versions = ['03-02 10:00', '03-10 00:00'].map((when) => policyFor([fourth, third], 'rolling', at(when)));
    expect(versions.map(({ version }) => version)).toEqual([3, 4]);
    expect(read(opened('high'), '03-12 00:00', versions[0]).M).toBe('03-17 10:00');
    expect(read(opened('high'), '03-12 00:00', versions[1]).M).toBe('03-12 10:00');
  });

  test.each([
    ['2026-12-30T08:00Z', []],
    ['2027-01-01T00:00Z', ['unsupported']],
  ])('45: public %s, line ended with 2026', (published, flags) => {
    const ended = fact('2026-12-31T23:59:59Z', { kind: 'line_support_ended' }, { recordedAt: at('2026-12-30T08:00Z') });
    const result = read([...opened('high', published), ended], published);
    expect(result.flags).toEqual(flags);
    expect(result.states[1]).toBe(flags.length === 0 ? 'running' : 'not_applicable');
  });
});

describe('stops', () => {
  test.each([
    ['03-09 10:00:00.000', 'met'],
    ['03-09 10:00:00.001', 'met_late'],
  ])('10: stopped at %s', (when, state) => {
    const { states } = read([...opened('critical'), ...done(`2027-${when.replace(' ', 'T')}Z`)]);
    expect(states[1]).toBe(state);
  });

  test('38: the last required system counts, a partial one does not', () => {
    const released = ['released', 'advisory_published', 'vex_published'].map((step) =>
      fact('03-08 18:00', { kind: 'done', step: step as 'released', system: null, reference: null }),
    );
    const systems = [
      ['x86_64-linux', '03-08 20:00'],
      ['aarch64-linux', '03-09 09:00'],
      ['aarch64-darwin', '03-09 11:30'],
    ].flatMap(([system = '', when = '']) =>
      (['cached', 'verified'] as const).map((step) => fact(when, { kind: 'done', step, system, reference: null })),
    );
    const { states, timeline } = read([...opened('critical'), ...released, ...systems]);
    expect([shown(timeline.remediation.stoppedAt), states[1]]).toEqual(['03-09 11:30', 'met_late']);
  });

  test('39: the latest of release, cache, verification, advisory and VEX', () => {
    const all = done('03-04 00:00').map((one) => {
      if (one.kind !== 'done' || one.step === 'released') return one;
      const when = one.step === 'cached' ? '03-08 12:00' : one.step === 'verified' ? '03-08 14:00' : '03-08 15:00';
      return { ...one, at: at(when), recordedAt: at(when) };
    });
    const { states, timeline } = read([...opened('critical'), ...all]);
    expect([shown(timeline.remediation.stoppedAt), states[1]]).toEqual(['03-08 15:00', 'met']);
  });

  test('40: two people who sign the same not_affected stop both clocks', () => {
    const sign = (when: string, actor: string, content = 'x') =>
      fact(when, { kind: 'not_affected_signed', content }, { actor });
    const alone = [...opened('critical'), sign('03-02 22:00', 'alice'), sign('03-02 23:00', 'alice')];
    expect(read(alone).timeline.remediation.stoppedAt).toBeNull();
    expect(read([...alone, sign('03-02 23:00', 'bob', 'another')]).timeline.remediation.stoppedAt).toBeNull();
    const both = read([...alone, sign('03-03 09:00', 'bob')]);
    expect(both.states).toEqual(['met', 'met']);
    expect(shown(both.timeline.response.stoppedAt)).toBe('03-03 09:00');
  });

  test('41: an automatic message is no answer; the last part completes it', () => {
    const automatic = fact('03-02 10:05', { kind: 'response', part: 'f' });
    const { states, timeline } = read([...opened('critical'), automatic, ...answered('03-03 06:00', '03-03 11:00')]);
    expect([shown(timeline.response.stoppedAt), states[0]]).toEqual(['03-03 11:00', 'met_late']);
  });
});

describe('severities that change', () => {
  test('12: the first score settles upwards', () => {
    const result = read([...opened(null), cna('03-03 16:00', 9.8)]);
    expect(result).toMatchObject({ R: '03-04 16:00', M: '03-09 10:00' });
    expect(result.timeline.band).toBe('critical');
  });

  test('13: settling downwards happens once', () => {
    const result = read([...opened(null), cna('03-03 16:00', 5.3), cna('03-20 00:00', 3.1)]);
    expect(result).toMatchObject({ R: null, M: '04-16 10:00' });
    expect(result.timeline.steps.at(-1)?.what).toBe('noted');
    expect(result.timeline.band).toBe('medium');
  });

  test('14: a breach before the settling stands', () => {
    const result = read([...opened(null), cna('03-05 18:00', 5.3)], '03-06 00:00');
    expect(result.M).toBe('04-16 10:00');
    expect(shown(result.timeline.response.breachedAt)).toBe('03-05 10:00');
    expect(result.states).toEqual(['breached_open', 'running']);
  });

  test.each([
    [15, 'medium', [], [cna('03-22 10:00', 9.8)], '03-23 10:00', '03-29 10:00'],
    [16, 'high', [], [cna('03-03 10:00', 9.8)], '03-04 10:00', '03-09 10:00'],
    [17, 'high', answered('03-03 00:00'), [cna('03-15 10:00', 9.8)], '03-05 10:00', '03-17 10:00'],
    [
      18,
      'high',
      [],
      [cna('03-04 10:00', 9.8), cna('03-05 00:00', 7.5), cna('03-06 00:00', 9.8)],
      '03-05 10:00',
      '03-09 10:00',
    ],
  ] as const)('%i: %s rises', (example, band, answers, scores, response, remediation) => {
    const result = read([...opened(band), ...answers, ...scores]);
    expect([result.R, result.M, result.flags]).toEqual([response, remediation, ['rerated']]);
    if (example === 17) expect(result.states[0]).toBe('met');
  });

  const ask = fact('03-05 10:00', { kind: 'down_requested', to: 'high', reason: 'local only' }, { actor: 'alice' });
  const approve = (when: string, actor: string) =>
    fact(when, { kind: 'down_approved', to: 'high', role: 'security_lead' }, { actor });

  test('19: one person cannot lower a severity', () => {
    const result = read([...opened('critical'), ask, approve('03-05 11:00', 'alice')]);
    expect(result.M).toBe('03-09 10:00');
    expect(result.timeline.steps.find(({ what }) => what === 'refused')?.detail).toBe('same_person');
    expect(shown(result.timeline.downRequests[0]?.expiresAt ?? null)).toBe('03-08 10:00');
    expect(read([...opened('critical'), ask, approve('03-08 10:01', 'bob')]).M).toBe('03-09 10:00');
  });

  test('20: two can, and the original stays shown', () => {
    const result = read([...opened('critical'), ask, approve('03-05 12:00', 'bob')]);
    expect(result.M).toBe('03-17 10:00');
    expect(shown(result.timeline.remediation.originalDueAt)).toBe('03-09 10:00');
  });

  test('21: after the breach it is only a revised target', () => {
    const late = { ...ask, at: at('03-10 10:00'), recordedAt: at('03-10 10:00') };
    const result = read([...opened('critical'), late, approve('03-11 00:00', 'bob')], '03-12 00:00');
    expect(result.states[1]).toBe('breached_open');
    expect(shown(result.timeline.remediation.breachedAt)).toBe('03-09 10:00');
    expect(shown(result.timeline.remediation.revisedTargetAt)).toBe('03-17 10:00');
  });

  const kev = (recorded: string) =>
    fact('2027-03-22T17:00:04Z', { kind: 'escalated', by: 'kev_listed' }, { recordedAt: at(recorded) });

  test('22: known exploitation is critical from the catalogue that lists it', () => {
    const result = read([...opened('medium'), kev('2027-03-22T17:05:00Z')]);
    expect(result).toMatchObject({ R: '03-23 17:00:04', M: '03-29 17:00:04', flags: ['rerated'] });
    expect(result.timeline.pageAt).toBe(at('2027-03-22T17:00:04Z'));
  });

  test('23: learnt late, it counts all the same', () => {
    const result = read([...opened('medium'), kev('03-24 09:00')], '03-24 09:00');
    expect(result).toMatchObject({ R: '03-23 17:00:04', M: '03-29 17:00:04', flags: ['late_fact', 'rerated'] });
    expect(result.states[0]).toBe('breached_open');
  });
});

describe('pauses', () => {
  const pause = fact('03-08 10:00', {
    kind: 'paused',
    until: at('03-15 10:00'),
    reason: 'embargo',
    approvedBy: ['alice', 'bob'],
  });
  const upstream = fact('03-11 16:00', { kind: 'upstream_fix_available' });
  const kev = fact('03-10 00:00', { kind: 'escalated', by: 'kev_listed' });

  test.each([
    ['31: ends with the upstream fix', [pause, upstream], '03-20 16:00'],
    ['32: ends at its expiry', [pause], '03-24 10:00'],
    ['33: ends with exploitation', [pause, kev], '03-15 00:00'],
  ])('%s', (_, facts, remediation) => {
    expect(read([...opened('high'), ...facts], '12-31 00:00', pausingPolicy).M).toBe(remediation);
  });

  test('31: as shipped it is refused, and the deadline without pauses is shown', () => {
    const shipped = read([...opened('high'), pause, upstream]);
    expect(shipped.M).toBe('03-17 10:00');
    expect(shipped.timeline.steps.find(({ what }) => what === 'refused')?.detail).toBe('pause_disabled');
    const { timeline } = read([...opened('high'), pause, upstream], '03-10 00:00', pausingPolicy);
    expect(shown(timeline.dueWithoutPausesAt)).toBe('03-17 10:00');
    expect(readClock(timeline, 'remediation', at('03-10 00:00'))).toBe('paused');
    expect(readClock(timeline, 'remediation', at('03-12 00:00'))).toBe('running');
  });

  test.each([
    ['one person', { approvedBy: ['alice', 'alice'] }, 'too_few_approvals'],
    ['a robot for the second', { approvedBy: ['alice', 'robot'] }, 'too_few_approvals'],
    ['a reason that is not listed', { reason: 'needs code work' }, 'reason_not_listed'],
    ['after the breach', { at: at('03-18 00:00'), recordedAt: at('03-18 00:00') }, 'not_running'],
  ])('refused: %s', (_, given, why) => {
    const { timeline, M } = read([...opened('high'), { ...pause, ...given } as Fact], '12-31 00:00', pausingPolicy);
    expect([M, timeline.steps.find(({ what }) => what === 'refused')?.detail]).toEqual(['03-17 10:00', why]);
  });
});

describe('found late, reopened', () => {
  test('34: found after its deadlines', () => {
    const facts = [
      ...opened('critical').filter(({ kind }) => kind !== 'matched'),
      fact('03-12 08:00', { kind: 'matched' }),
    ];
    const late = facts.map((one) => ({ ...one, recordedAt: at('03-12 08:00') }));
    const atMatch = read(late, '03-12 08:00');
    expect(atMatch).toMatchObject({ states: ['breached_open', 'breached_open'], flags: ['late_detection'] });
    expect(shown(atMatch.timeline.response.recoveryAt)).toBe('03-13 08:00');
    expect(shown(atMatch.timeline.remediation.recoveryAt)).toBe('03-19 08:00');
    expect(read([...late, ...done('03-14 00:00')]).states[1]).toBe('met_late');
  });

  test('35: a fix that is not in the output reopens it', () => {
    const facts = [
      ...opened('critical'),
      ...done('03-05 00:00'),
      fact('03-07 10:00', { kind: 'reopened', reason: 'x' }),
    ];
    expect(read(facts, '03-08 00:00')).toMatchObject({ M: '03-09 10:00', flags: ['reopened'] });
    expect(read(facts, '03-08 00:00').states[1]).toBe('running');
    expect(read([...facts, ...done('03-09 09:00')]).states[1]).toBe('met');
  });

  test('36: found later it was a breach all along', () => {
    const facts = [
      ...opened('critical'),
      ...done('03-05 00:00'),
      fact('04-20 10:00', { kind: 'reopened', reason: 'x' }),
    ];
    const { states, timeline } = read(facts, '04-20 10:00');
    expect(states[1]).toBe('breached_open');
    expect(shown(timeline.remediation.breachedAt)).toBe('03-09 10:00');
    expect(shown(timeline.remediation.recoveryAt)).toBe('04-23 10:00');
    expect(timeline.revisesMonths).toEqual(['2027-03']);
  });

  test('37: an upstream fix that was incomplete is a case of its own', () => {
    expect(read([...opened('critical'), ...done('03-05 00:00')]).states[1]).toBe('met');
    expect(read(opened('critical', '03-20 10:00'))).toMatchObject({ R: '03-21 10:00', M: '03-27 10:00' });
  });
});
