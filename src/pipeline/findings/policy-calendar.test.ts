import { describe, expect, test } from 'vitest';
import { databasesForTests } from '../../platform/database/testing.ts';
import { exportLines } from './attainment/write-export.ts';
import {
  calendarEnd,
  createAttainmentStore,
  createFindingStore,
  defaultPolicyText,
  everyClock,
  type FindingStore,
  parseHolidays,
  parsePolicy,
  verifyExport,
  withCalendar,
} from './index.ts';
import type { StoreTables } from './tables.ts';
import { advisory, day, disclosed, match } from './testing.ts';

const written = parsePolicy(
  defaultPolicyText.replace('day = "elapsed"', 'day = "business"\nzone = "Europe/Berlin"\nholidays = "de-BE"'),
);

/** Holidays of Berlin by its law, the International Women's Day of 8 March among them. */
function berlin(given: { readonly validUntil: string; readonly dates: readonly string[] }) {
  const text = `schema = "holidays/1"\nregion = "Berlin"\nsource = "Feiertagsgesetz Berlin"\nvalid_until = "${given.validUntil}"
dates = ${JSON.stringify(given.dates)}`;
  return withCalendar(written, new Map([['de-BE', parseHolidays('de-BE', text)]]));
}

const of2027 = { validUntil: '2027-12-31', dates: ['2027-03-29', '2027-03-08', '2027-03-26'] };

test('business days without their file are refused when the policy is read', () => {
  expect(() => withCalendar(written, new Map())).toThrow(/no holiday file de-BE/);
});

test.each([
  // The 90 days for low are 18 weeks before Friday 31 December: from Monday 30 August on they do not fit.
  ['2027-06-30', null],
  ['2027-07-01', '2027-08-30'],
  ['2027-11-01', '2027-11-01'],
])('on %s, cases without a deadline are told of from %s', (today, expected) => {
  expect(calendarEnd(berlin(of2027), Date.parse(`${today}T10:00Z`))?.missingFrom ?? null).toBe(expected);
});

test('hours and calendar days need no holidays', () => {
  expect(calendarEnd(parsePolicy(defaultPolicyText), Date.UTC(2099, 0))).toBeNull();
});

describe.each(await databasesForTests())('a policy of business days on $name', (engine) => {
  test('gives stored cases their deadlines; holidays are renewed, never rewritten', async () => {
    const db = await engine.open<StoreTables>();
    const clock = { now: () => disclosed };
    const look = (policy: typeof written, ids: readonly string[]) =>
      createFindingStore({ db, policies: async () => [policy], clock }).update({
        channel: 'rolling',
        scope: { kind: 'advisories', ids },
        matches: ids.map((id) => match(id, 'xz')),
        advisories: new Map(ids.map((id) => [id, advisory(id)])),
        packages: new Map([['xz', { version: '1.0', coveredSince: null, shippedSince: null }]]),
        at: disclosed,
      });
    await look(berlin(of2027), ['CVE-2027-1']);
    const store = createFindingStore({ db, policies: async () => [berlin(of2027)], clock });
    const [one] = await store.byPackage('xz');
    // Tuesday 2 March; seven business days, of which Monday 8 March is none: until the end of Friday the 12th in Berlin.
    expect(one?.deadlines.remediationDueAt).toBe(Date.UTC(2027, 2, 12, 23));
    const told = await store.caseOf(one?.finding.id ?? '');
    expect(told?.timeline.remediation.dueAt).toBe(one?.deadlines.remediationDueAt);

    const renewed = { validUntil: '2028-12-31', dates: [...of2027.dates, '2028-03-08'] };
    await look(berlin(renewed), ['CVE-2027-2']);
    const rewritten = { ...renewed, validUntil: '2029-12-31', dates: renewed.dates.slice(1) };
    const shortened = { ...of2027, validUntil: '2027-06-30' };
    for (const edited of [rewritten, shortened])
      await expect(look(berlin(edited), ['CVE-2027-3'])).rejects.toMatchObject({ code: 'findings.policy-edited' });

    const sources = await createAttainmentStore({ db, clock }).exportSources();
    async function* lines() {
      for await (const line of exportLines(sources, { month: null, key: null })) yield line.trimEnd();
    }
    const report = await verifyExport(lines(), { trusted: null });
    expect(report).toMatchObject({ cases: 2, differences: [] });
  });

  test('past the end of its holidays a case is opened, stands on top without a deadline, and gets one when they are renewed', async () => {
    const db = await engine.open<StoreTables>();
    const late = Date.UTC(2027, 11, 28, 10);
    const clock = { now: () => late + 40 * day };
    const storeOf = (policy: typeof written) => createFindingStore({ db, policies: async () => [policy], clock });
    const look = (store: FindingStore, ids: readonly string[], publishedAt: number) =>
      store.update({
        channel: 'rolling',
        scope: { kind: 'advisories', ids },
        matches: ids.map((id) => match(id, 'xz')),
        advisories: new Map(ids.map((id) => [id, advisory(id, { publishedAt })])),
        packages: new Map([['xz', { version: '1.0', coveredSince: publishedAt, shippedSince: null }]]),
        at: publishedAt,
      });
    const before = storeOf(berlin(of2027));
    const figures = createAttainmentStore({ db, clock });
    expect(await look(before, ['CVE-2027-1', 'CVE-2027-2'], Date.UTC(2027, 5, 1))).toEqual({ opened: 2, changed: 0 });
    expect(await look(before, ['CVE-2027-9'], late)).toEqual({ opened: 1, changed: 0 });
    const state = async (store: FindingStore) => {
      const [one] = await store.byAdvisories(['CVE-2027-9']);
      const told = await store.caseOf(one?.finding.id ?? '');
      if (one === undefined || told === null) throw new Error('no case');
      const clocks = everyClock({ ...told, now: clock.now(), fedrampClass: null });
      return { ...one, clock: clocks.find(({ name }) => name === 'contract.remediation') };
    };
    expect(await state(before)).toMatchObject({
      // The answer's window ends before the file does.
      deadlines: { state: 'not_computed', response: 'breached' },
      clock: { dueAt: null, state: 'not_computed', because: expect.stringContaining('de-BE ends on 2027-12-31') },
    });
    const query = { band: null, channel: null, stage: null, claimedBy: null, attr: null, after: null, limit: 9 };
    const [item] = (await before.queue(query)).items;
    expect(item?.findings.map(({ finding }) => finding.advisoryId)).toEqual(['CVE-2027-1', 'CVE-2027-2', 'CVE-2027-9']);
    const [line] = await before.promiseLines(['rolling']);
    expect(line).toMatchObject({ band: 'critical', open: 3, breached: 2, atRisk: 0 });
    const missed = async () =>
      (await figures.attainment()).misses
        .filter(({ clock: name }) => name === 'remediation')
        .map(({ name, dueAt }) => [name.advisoryId, dueAt]);
    expect((await missed()).map(([id]) => id)).toEqual(['CVE-2027-1', 'CVE-2027-2']);

    const after = storeOf(berlin({ validUntil: '2028-12-31', dates: [...of2027.dates, '2028-01-01', '2028-03-08'] }));
    await look(after, [], clock.now());
    // Tuesday 28 December; seven business days, the New Year on a Saturday: until the end of Thursday 6 January in Berlin.
    const dueAt = Date.UTC(2028, 0, 6, 23);
    expect(await state(after)).toMatchObject({ deadlines: { remediationDueAt: dueAt, state: 'breached' } });
    expect(await missed()).toContainEqual(['CVE-2027-9', dueAt]);
  });
});
