import { describe, expect, test } from 'vitest';
import type { CaseClock } from './case-clock.ts';
import { everyClock } from './every-clock.ts';
import type { Fact } from './facts.ts';
import { replay } from './replay.ts';
import { answered, at, done, fact, opened, shown, strictPolicy } from './testing.ts';

function clocksOf(facts: readonly Fact[], now: string, fedrampClass: 'C' | null = 'C') {
  const timeline = replay(facts, strictPolicy);
  return everyClock({ facts, timeline, policy: strictPolicy, now: at(now), fedrampClass });
}

const told = (clocks: readonly CaseClock[], name: string) =>
  clocks
    .filter((clock) => clock.name.startsWith(name))
    .map(({ of, startAt, dueAt, stoppedAt, state }) => [of, shown(startAt), shown(dueAt), shown(stoppedAt), state]);

describe('every clock of a case', () => {
  test('contract and comparison', () => {
    const facts = [
      ...opened('critical'),
      ...answered('03-02 20:00'),
      fact('03-04 08:00', { kind: 'upstream_fix_available' }),
      ...done('03-09 12:00'),
    ];
    const clocks = clocksOf(facts, '03-10 00:00');
    expect(told(clocks, 'contract.response')).toEqual([[null, '03-02 10:00', '03-03 10:00', '03-02 20:00', 'met']]);
    expect(told(clocks, 'contract.remediation')).toEqual([
      [null, '03-02 10:00', '03-09 10:00', '03-09 12:00', 'met_late'],
    ]);
    expect(told(clocks, 'fix_available')).toEqual([[null, '03-04 08:00', '03-11 08:00', '03-09 12:00', 'met']]);
    expect(told(clocksOf(opened('high'), '03-03 00:00'), 'fix_available')).toEqual([
      [null, null, null, null, 'not_started'],
    ]);
  });

  test('BOD 26-04 per closure, each reading kept, both rows where exposure is not known (examples 25 and 26)', () => {
    const facts = [
      ...opened('high', '02-10 12:00'),
      fact('02-10 12:00', { kind: 'decision_points', automatable: true, technicalImpact: 'total' }),
      fact('02-10 12:00', { kind: 'exposure', closure: 'edge', exposed: true }, { actor: 'ann' }),
      fact('02-12 12:00', { kind: 'exposure', closure: 'edge', exposed: false }, { actor: 'ann' }),
      fact('02-20 12:00', { kind: 'adopted', closure: 'edge' }),
    ];
    expect(told(clocksOf(facts, '03-01 00:00'), 'bod2604')).toEqual([
      ['edge, exposed', '02-10 12:00', '02-14 05:00', '02-20 12:00', 'void'],
      ['edge, not exposed', '02-10 12:00', '04-12 04:00', '02-20 12:00', 'met'],
    ]);
    const unknown = facts.filter(({ kind }) => kind !== 'exposure' && kind !== 'adopted');
    expect(told(clocksOf(unknown, '02-15 00:00'), 'bod2604').map(([of, , due, , state]) => [of, due, state])).toEqual([
      ['any closure, exposed', '02-14 05:00', 'breached_open'],
      ['any closure, not exposed', '04-12 04:00', 'running'],
    ]);
    const listed = fact('03-22 00:00', { kind: 'kev_entry', dateAdded: '2027-03-22', dueDate: '2027-04-05' });
    const bare = [...opened('high', '02-10 12:00'), listed];
    const last = clocksOf(bare, '03-23 00:00').findLast(({ name }) => name === 'bod2604');
    expect(last?.because).toContain('only the date that CISA gave holds; CISA itself gave 2027-04-05');
  });

  test('FedRAMP by class, and Rev5 (example 28)', () => {
    const facts = [
      ...opened('high'),
      fact('03-04 09:00', { kind: 'evaluated', rating: 'N4', reach: 'reachable' }, { actor: 'ann' }),
      fact('03-07 15:00', { kind: 'reduced', rating: 'N3' }, { actor: 'ann' }),
    ];
    expect(told(clocksOf(facts, '03-08 00:00'), 'fedramp')).toEqual([
      ['class C', '03-02 10:00', '03-07 10:00', '03-04 09:00', 'met'],
      ['N4', '03-04 09:00', '03-08 09:00', '03-07 15:00', 'met'],
      ['N3', '03-04 09:00', '03-20 09:00', null, 'running'],
      [null, '03-04 09:00', '09-12 09:00', null, 'running'],
      [null, '03-02 10:00', '04-01 10:00', null, 'running'],
    ]);
    expect(told(clocksOf(facts, '03-08 00:00', null), 'fedramp')).toHaveLength(1);
  });

  test('the Cyber Resilience Act from awareness and from the measure (example 29)', () => {
    const aware = [
      ...opened('high', '2027-05-01T00:00:00Z'),
      fact('05-04 06:15', { kind: 'exploitation_aware' }, { actor: 'ann' }),
      fact('05-05 06:00', { kind: 'filed', what: 'early_warning' }, { actor: 'ann' }),
    ];
    expect(told(clocksOf(aware, '05-08 00:00'), 'cra14')).toEqual([
      [null, '05-04 06:15', '05-05 06:15', '05-05 06:00', 'met'],
      [null, '05-04 06:15', '05-07 06:15', null, 'breached_open'],
      [null, null, null, null, 'not_started'],
    ]);
    const measured = [...aware, fact('05-11 12:00', { kind: 'measure_available' })];
    expect(told(clocksOf(measured, '05-12 00:00'), 'cra14.final')).toEqual([
      [null, '05-11 12:00', '05-25 12:00', null, 'running'],
    ]);
  });

  test('each says why', () => {
    for (const clock of clocksOf(opened('critical'), '03-03 00:00')) expect(clock.because).toMatch(/\w.+\.$/);
  });
});
