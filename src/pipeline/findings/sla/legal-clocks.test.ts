import { describe, expect, test } from 'vitest';
import { type BodState, bodReadings } from './bod2604.ts';
import { addWindow } from './calendar.ts';
import { comparisonClocks } from './comparison-clocks.ts';
import { craIncident, craVulnerability } from './cra14.ts';
import { fedrampReading, fedrampRev5DueAt } from './fedramp.ts';
import { planAlerts } from './plan-alerts.ts';
import { replay } from './replay.ts';
import { at, done, fact, opened, shown, strictPolicy } from './testing.ts';
import { startOfDate } from './zone.ts';

// The worked examples 24 to 30, 44 and 46 of the project's SLA reference.

describe('BOD 26-04', () => {
  const state = (
    from: string,
    [exposed, knownExploited, automatable]: readonly [boolean | null, boolean, boolean | null],
    kev: BodState['kev'] = null,
  ): BodState => ({
    from: at(from),
    inputs: { exposed, knownExploited, automatable, technicalImpact: automatable === null ? null : 'total' },
    kev,
  });
  const read = (matched: string, ...states: readonly BodState[]) =>
    bodReadings(at(matched), states).map(({ rows, assignedDueDate }) => ({
      rows: rows.map(({ row, timeline, dueDate, dueAt }) => [row, timeline, dueDate, shown(dueAt)]),
      assignedDueDate,
    }));
  const listed = { dateAdded: '2027-03-22', dueDate: '2027-04-05' };

  test('24: listed and matched on one day', () => {
    expect(read('03-22 15:00', state('03-22 15:00', [true, true, false], listed))[0]?.rows).toEqual([
      [3, '3DF', '2027-03-25', '03-26 04:00'],
    ]);
    expect(read('03-22 15:00', state('03-22 15:00', [false, true, false], listed))[0]?.rows).toEqual([
      [11, '14D', '2027-04-05', '04-06 04:00'],
    ]);
  });

  test('25: a change of exposure moves the row, history keeps both', () => {
    const readings = read(
      '02-10 15:00',
      state('02-12 12:00', [false, false, true]),
      state('02-10 15:00', [true, false, true]),
    );
    expect(readings.map(({ rows }) => rows)).toEqual([
      [[5, '3D', '2027-02-13', '02-14 05:00']],
      [[13, '60D', '2027-04-11', '04-12 04:00']],
    ]);
  });

  test('26: the computed date stands beside the one that CISA gave', () => {
    const readings = read(
      '02-10 15:00',
      state('02-10 15:00', [false, false, false]),
      state('03-22 15:00', [false, true, false], listed),
    );
    expect(readings).toEqual([
      { rows: [[15, 'FSU', null, null]], assignedDueDate: null },
      { rows: [[11, '14D', '2027-02-24', '02-25 05:00']], assignedDueDate: '2027-04-05' },
    ]);
  });

  test('27: the decision points changed a day later', () => {
    const kev = { dateAdded: '2026-08-17', dueDate: '2026-08-20' };
    const readings = read(
      '2026-08-17T15:00Z',
      state('2026-08-17T15:00Z', [false, true, false], kev),
      state('2026-08-18T15:00Z', [false, true, true], kev),
    );
    expect(readings.map(({ rows }) => rows[0]?.slice(0, 3))).toEqual([
      [11, '14D', '2026-08-31'],
      [9, '3DF', '2026-08-20'],
    ]);
  });

  test('what is not known is shown as such', () => {
    const [both] = read('03-22 15:00', state('03-22 15:00', [null, false, null]));
    expect(both?.rows.map(([row]) => row)).toEqual([7, 15]);
    const [none] = read('03-22 15:00', state('03-22 15:00', [true, true, null], listed));
    expect(none).toEqual({ rows: [], assignedDueDate: '2027-04-05' });
  });
});

test('28: FedRAMP class C', () => {
  const reading = fedrampReading({
    class: 'C',
    matchedAt: at('03-02 10:00'),
    evaluation: { at: at('03-04 09:00'), rating: 'N4', reach: 'reachable' },
    reductions: [{ at: at('03-07 15:00'), rating: 'N3' }],
  });
  expect(shown(reading.evaluateBy)).toBe('03-07 10:00');
  expect(reading.reduceBy.map(({ rating, dueAt }) => [rating, shown(dueAt)])).toEqual([
    ['N4', '03-08 09:00'],
    ['N3', '03-20 09:00'],
  ]);
  expect(shown(reading.acceptedAt)).toBe('09-12 09:00');
});

test.each([
  ['D', 'N5', 'reachable', 0.5],
  ['A', 'N2', 'unlikely', 192],
  ['B', 'N3', 'likely', 64],
  ['C', 'N1', 'reachable', null],
] as const)('FedRAMP class %s, %s, %s: %s days', (serviceClass, rating, reach, days) => {
  const evaluation = { at: at('03-04 09:00'), rating, reach };
  const reading = fedrampReading({ class: serviceClass, matchedAt: at('03-02 10:00'), evaluation, reductions: [] });
  expect(reading.reduceBy[0]?.dueAt).toBe(days === null ? null : evaluation.at + days * 86_400_000);
});

test.each([
  ['critical', '04-01 10:00'],
  ['high', '04-01 10:00'],
  ['medium', '05-31 10:00'],
  ['low', '08-29 10:00'],
] as const)('FedRAMP Rev5, %s', (band, due) => {
  expect(shown(fedrampRev5DueAt(at('03-02 10:00'), band))).toBe(due);
});

test('29: CRA, an exploited vulnerability', () => {
  const aware = at('2027-05-04T08:15+02:00');
  expect(Object.values(craVulnerability(aware, null)).map(shown)).toEqual(['05-05 06:15', '05-07 06:15', null]);
  expect(shown(craVulnerability(aware, at('05-11 12:00')).finalReportAt)).toBe('05-25 12:00');
});

test.each([
  ['01-31 09:00', '02-28 09:00'],
  ['2028-01-31T09:00Z', '2028-02-29 09:00'],
  ['03-15 09:00', '04-15 09:00'],
  ['12-31 09:00', '2028-01-31 09:00'],
])('30: CRA, an incident notified on %s', (filed, final) => {
  expect(shown(craIncident(at('01-01 00:00'), at(filed)).finalReportAt)).toBe(final);
});

describe('calendars', () => {
  const berlin = { id: 'de-BE', validUntil: '2027-12-31', dates: ['2027-03-26', '2027-03-29'] };
  const bare = { ...strictPolicy.clock, day: 'business', zone: 'Europe/Berlin', holidays: 'de-BE' } as const;
  const clock = { ...bare, calendar: berlin };
  const twoDays = 2 * 86_400_000;

  test('44: two business days over Easter', () => {
    expect(shown(addWindow(at('2027-03-25T15:00+01:00'), twoDays, clock))).toBe('03-31 22:00');
  });

  test('calendar days end with the day in the zone', () => {
    const calendar = { ...clock, day: 'calendar' } as const;
    expect(shown(addWindow(at('2027-03-25T15:00+01:00'), twoDays, calendar))).toBe('03-27 23:00');
  });

  test.each([
    ['past the end of the file', '2027-12-31T12:00Z', clock],
    ['without a file', '2027-03-25T12:00Z', bare],
  ])('business days %s have no end', (_, start, known) => {
    expect(addWindow(at(start), twoDays, known)).toBeNull();
  });

  test.each([
    ['2027-03-28', 'Europe/Berlin', '03-27 23:00'],
    ['2027-03-29', 'Europe/Berlin', '03-28 22:00'],
    ['2027-11-08', 'America/New_York', '11-08 05:00'],
    // Midnight is skipped there when summer time begins.
    ['2027-09-05', 'America/Santiago', '09-05 04:00'],
    ['2027-06-01', 'Pacific/Kiritimati', '05-31 10:00'],
    ['2027-06-01', 'UTC', '06-01 00:00'],
  ])('%s in %s begins at %s', (date, zone, start) => {
    expect(shown(startOfDate(date, zone))).toBe(start);
  });
});

describe('alerts', () => {
  const clock = { startAt: at('03-02 10:00'), dueAt: at('03-03 10:00') };
  const planned = (seen: string) => planAlerts({ ...clock, seenAt: at(seen) }, strictPolicy.alerts);

  test('46: what lies close together is one alert', () => {
    expect(planned('03-02 10:00').map((alert) => shown(alert.at))).toEqual([
      '03-02 22:00',
      '03-03 04:00',
      '03-03 07:36',
      '03-03 10:00',
    ]);
  });

  test.each([
    ['03-03 05:00', ['03-03 04:00', '03-03 07:36', '03-03 10:00']],
    ['03-04 00:00', ['03-03 10:00']],
  ])('first seen on %s: only the last one passed', (seen, alerts) => {
    expect(planned(seen).map((alert) => shown(alert.at))).toEqual(alerts);
  });
});

test('clocks from the match and from the upstream fix, for comparison', () => {
  const facts = [
    ...opened('critical'),
    fact('03-04 00:00', { kind: 'upstream_fix_available' }),
    ...done('03-10 00:00'),
  ];
  const clocks = comparisonClocks(facts, replay(facts, strictPolicy), strictPolicy);
  expect(clocks.map(({ name, dueAt, stoppedAt }) => [name, shown(dueAt), shown(stoppedAt)])).toEqual([
    ['detection', '03-09 10:00', '03-10 00:00'],
    ['fix_available', '03-11 00:00', '03-10 00:00'],
  ]);
});
