import { describe, expect, test } from 'vitest';
import type { Fact } from '../sla/facts.ts';
import { replay } from '../sla/replay.ts';
import { answered, at, done, fact, opened, pausingPolicy, strictPolicy } from '../sla/testing.ts';
import { attainmentOf } from './attainment.ts';
import { figuresOf, type PublishedCase } from './case-figures.ts';

const hour = 3_600_000;
const day = 24 * hour;

function published(id: string, facts: readonly Fact[], channel = 'rolling', policy = strictPolicy): PublishedCase {
  const name = { id, advisoryId: `CVE-2027-${id}`, attr: 'xz', channel };
  return { name, figures: figuresOf(facts, replay(facts, policy)) };
}

const rowsAt = (asOf: string, cases: readonly PublishedCase[]) =>
  attainmentOf({ cases, releases: [], seen: [], asOf: at(asOf) });

describe('attainment', () => {
  test('a promise counts in the month in which it was kept or broken, and never before', () => {
    const kept = published('1', [...opened('critical'), ...answered('03-02 20:00'), ...done('03-09 09:00')]);
    const late = published('2', [...opened('critical', '03-26 10:00'), ...done('04-04 10:00')]);
    const open = published('3', opened('high', '03-30 10:00'));
    const cases = [kept, late, open];
    const summary = (asOf: string) =>
      rowsAt(asOf, cases).rows.map(({ month, band, response, remediation, started }) => [
        month,
        band,
        [response.inTime, response.missed],
        [remediation.inTime, remediation.missed, remediation.nearMisses],
        started,
      ]);
    expect(summary('03-28 00:00')).toEqual([['2027-03', 'critical', [1, 1], [1, 0, 1], 2]]);
    expect(summary('05-01 00:00')).toEqual(
      [
        ['2027-05', 'high', [0, 0], [0, 0, 0], 0].slice(0, 0),
        ['2027-04', 'critical', [0, 0], [0, 1, 0], 0],
        ['2027-04', 'high', [0, 1], [0, 1, 0], 0],
        ['2027-03', 'critical', [1, 1], [1, 0, 1], 2],
        ['2027-03', 'high', [0, 0], [0, 0, 0], 1],
      ].filter((row) => row.length > 0),
    );
    expect(
      rowsAt('05-01 00:00', cases).misses.map(({ name, clock, month, stoppedAt }) => [
        name.id,
        clock,
        month,
        stoppedAt,
      ]),
    ).toEqual([
      ['3', 'remediation', '2027-04', null],
      ['2', 'remediation', '2027-04', at('04-04 10:00')],
      ['3', 'response', '2027-04', null],
      ['2', 'response', '2027-03', null],
    ]);
  });

  test('open cases count in the intervals, with the time they have taken so far', () => {
    const cases = [
      published('1', [...opened('high', '03-01 00:00'), ...done('03-03 00:00')]),
      published('2', [...opened('high', '03-01 00:00'), ...done('03-05 00:00')]),
      published('3', opened('high', '03-01 00:00')),
    ];
    const [row] = rowsAt('03-20 00:00', cases).rows;
    expect(row?.intervals.fix).toEqual({ count: 3, open: 1, medianMs: 4 * day, p90Ms: null, p95Ms: null });
    expect(row?.intervals.answer).toEqual({ count: 3, open: 3, medianMs: null, p90Ms: null, p95Ms: null });
    expect(row?.exposureMs).toBe((2 + 4 + 19) * day);
  });

  test('a month that counted a fix which did not hold is revised, and says so (example 36)', () => {
    const fixed = [...opened('critical'), ...done('03-05 10:00')];
    const summary = (facts: readonly Fact[]) =>
      rowsAt('04-30 00:00', [published('1', facts)]).rows.map(({ month, remediation, revised }) => [
        month,
        [remediation.inTime, remediation.missed],
        revised,
      ]);
    expect(summary(fixed)).toEqual([['2027-03', [1, 0], 0]]);
    const found = fact('04-20 10:00', { kind: 'reopened', reason: 'the patch is not in the output' });
    expect(summary([...fixed, found])).toEqual([
      ['2027-04', [0, 0], 0],
      ['2027-03', [0, 1], 1],
    ]);
  });

  test('late detections, pauses, re-ratings and what counts for nothing', () => {
    const pause = (when: string) =>
      fact(when, { kind: 'paused', until: at('03-10 00:00'), reason: 'embargo', approvedBy: ['ann', 'bob'] });
    const cases = [
      published('1', [...opened('high', '03-02 10:00'), pause('03-08 00:00')], 'rolling', pausingPolicy),
      published('2', [
        fact('03-02 10:00', { kind: 'first_public' }),
        fact('03-05 10:00', { kind: 'matched' }),
        fact('03-06 10:00', { kind: 'escalated', by: 'kev_listed' }),
      ]),
      published('3', [...opened('low'), fact('03-04 00:00', { kind: 'retracted', reason: 'rejected' })]),
    ];
    const rows = rowsAt('03-07 00:00', cases).rows;
    expect(
      rows.map(({ band, started, lateDetections, rerated, paused }) => ({
        band,
        started,
        lateDetections,
        rerated,
        paused,
      })),
    ).toEqual([
      { band: 'critical', started: 1, lateDetections: 1, rerated: 1, paused: { cases: 0, ms: 0 } },
      { band: 'high', started: 1, lateDetections: 0, rerated: 0, paused: { cases: 1, ms: 2 * day } },
    ]);
  });

  test('several lines have rows of their own and one for all', () => {
    const cases = [
      published('1', [...opened('high'), ...done('03-03 00:00')], 'rolling'),
      published('2', [...opened('high'), ...done('03-29 00:00')], 'stable'),
    ];
    expect(
      rowsAt('04-01 00:00', cases).rows.map(({ channel, remediation }) => [
        channel,
        remediation.inTime,
        remediation.missed,
      ]),
    ).toEqual([
      [null, 1, 1],
      ['rolling', 1, 0],
      ['stable', 0, 1],
    ]);
  });

  test('how long locks take to follow a release with fixes, those that have not yet included', () => {
    const flake = 'acme/secure';
    const releases = [
      { flake, channel: 'rolling', version: '0.1.10+rev-a', publishedAt: at('03-10 00:00'), band: 'high' as const },
    ];
    const lock = (consumer: string, version: string, when: string) =>
      ({ kind: 'lock', consumer, flake, version, at: at(when) }) as const;
    const locks = [
      lock('web', '0.1.9', '03-01 00:00'),
      lock('web', '0.1.10', '03-12 00:00'),
      lock('mail', '0.1.8', '03-02 00:00'),
      // Newer than the release, and after it: neither waited for it.
      lock('ahead', '0.1.11', '03-09 00:00'),
      lock('new', '0.1.10', '03-15 00:00'),
    ];
    const { rows } = attainmentOf({ cases: [], releases, seen: locks, asOf: at('03-20 00:00') });
    expect(rows.map(({ month, band, adoption }) => [month, band, adoption])).toEqual([
      ['2027-03', 'high', { count: 2, open: 1, medianMs: 2 * day, p90Ms: null, p95Ms: null }],
    ]);
  });

  test('nothing leads to no rows', () => {
    expect(rowsAt('03-20 00:00', [])).toEqual({ asOf: at('03-20 00:00'), rows: [], misses: [] });
  });
});
