import { describe, expect, test } from 'vitest';
import { at } from '../sla/testing.ts';
import { forecastOf, type StagedCase } from './forecast.ts';

const day = 86_400_000;
const hour = 3_600_000;

function staged(id: number, given: Partial<StagedCase> = {}): StagedCase {
  return {
    name: { id: String(id), advisoryId: `CVE-2027-${id}`, attr: 'xz', channel: 'rolling' },
    band: 'critical',
    fixKind: null,
    openedAt: at('03-02 10:00'),
    fixedAt: null,
    dueAt: at('03-09 10:00'),
    stoppedAt: null,
    ...given,
  };
}

/** Fixed on the first to the tenth day, each released as many hours later. */
function ten(from: number, given: Partial<StagedCase>): readonly StagedCase[] {
  return Array.from({ length: 10 }, (_, index) => {
    const openedAt = at('01-01 00:00');
    const fixedAt = openedAt + (index + 1) * day;
    return staged(from + index, { openedAt, fixedAt, stoppedAt: fixedAt + (index + 1) * hour, ...given });
  });
}

describe('forecast', () => {
  const history = ten(100, { fixKind: 'update' });
  const told = (running: StagedCase, now: string, known = history) => forecastOf([...known, running], at(now))[0];

  test('adds the 80th percentile of each stage that is left, given how long it has lasted', () => {
    // Of the five that took over five days, the fourth was done with the ninth; a release takes eight hours then.
    expect(told(staged(1), '03-07 11:00')).toEqual({
      name: { id: '1', advisoryId: 'CVE-2027-1', attr: 'xz', channel: 'rolling' },
      band: 'critical',
      fixKind: null,
      dueAt: at('03-09 10:00'),
      stages: [
        { stage: 'fix', doneBy: at('03-11 10:00'), basis: 11, alike: 'severity' },
        { stage: 'release', doneBy: at('03-11 18:00'), basis: 10, alike: 'severity' },
      ],
      doneBy: at('03-11 18:00'),
      verdict: 'likely late',
    });
    // Of the nine that took over an hour, eight were done with the ninth.
    expect(told(staged(1, { fixedAt: at('03-07 10:00') }), '03-07 11:00')).toMatchObject({
      stages: [{ stage: 'release', doneBy: at('03-07 19:00') }],
      verdict: 'in time',
    });
  });

  test('cases alike count, where there are five', () => {
    const patched = ten(200, { fixKind: 'patch' }).map((one) => ({
      ...one,
      fixedAt: one.openedAt + hour,
      stoppedAt: one.openedAt + 2 * hour,
    }));
    const known = [...history, ...patched];
    const of = (fixKind: string | null, given: Partial<StagedCase> = {}) =>
      told(staged(1, { fixKind, ...given }), '03-02 10:00', known)?.stages[0];
    expect(of('patch')).toMatchObject({ alike: 'fix and severity', doneBy: at('03-02 11:00') });
    expect(of('patch', { band: 'low' })).toMatchObject({ alike: 'fix', doneBy: at('03-02 11:00') });
    expect(of('removal')).toMatchObject({ alike: 'severity', basis: 21 });
    expect(of('removal', { band: 'low' })).toMatchObject({ alike: 'nothing', basis: 21 });
  });

  test('longer than any before is not foreseeable, and late; without history nothing is said', () => {
    expect(told(staged(1), '04-20 00:00')).toMatchObject({ doneBy: null, verdict: 'likely late' });
    expect(told(staged(1), '03-03 00:00', [])).toMatchObject({ doneBy: null, verdict: 'no history' });
  });

  test('what is over is not listed, and what is due first stands first', () => {
    const running = [staged(1), staged(2, { dueAt: at('03-08 10:00') }), staged(3, { stoppedAt: at('03-03 00:00') })];
    expect(forecastOf(running, at('03-05 00:00')).map(({ name }) => name.id)).toEqual(['2', '1']);
  });
});
