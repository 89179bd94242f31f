import { describe, expect, test } from 'vitest';
import { databasesForTests } from '../../platform/database/testing.ts';
import { exportLines } from './attainment/write-export.ts';
import {
  createAttainmentStore,
  createFindingStore,
  defaultPolicyText,
  parseHolidays,
  parsePolicy,
  verifyExport,
  withCalendar,
} from './index.ts';
import type { StoreTables } from './tables.ts';
import { advisory, disclosed, match } from './testing.ts';

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

describe.each(await databasesForTests())('a policy of business days on $name', (engine) => {
  test('gives stored cases their deadlines; holidays are renewed, never rewritten', async () => {
    const db = await engine.open<StoreTables>();
    const clock = { now: () => disclosed };
    const look = (policy: typeof written, ids: readonly string[]) =>
      createFindingStore({ db, policies: [policy], clock }).update({
        channel: 'rolling',
        scope: { kind: 'advisories', ids },
        matches: ids.map((id) => match(id, 'xz')),
        advisories: new Map(ids.map((id) => [id, advisory(id)])),
        packages: new Map([['xz', { version: '1.0', coveredSince: null, shippedSince: null }]]),
        at: disclosed,
      });
    await look(berlin(of2027), ['CVE-2027-1']);
    const store = createFindingStore({ db, policies: [berlin(of2027)], clock });
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
});
