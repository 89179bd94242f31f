import { expect, test } from 'vitest';
import { feedData, readItems, recordsAt } from '../reading/testing.ts';
import { kev } from './source.ts';

const catalogue = feedData('kev/known_exploited_vulnerabilities.json');
test.skipIf(catalogue === null)('the catalogue is read without a reject', async () => {
  const records = await recordsAt(kev, catalogue ?? '');
  expect(records.size).toBe(1404);
  expect(records.get('CVE-2025-48384')?.exploitation).toEqual({
    knownExploitedSince: Date.UTC(2025, 7, 25),
    listedAt: Date.UTC(2025, 7, 25, 17, 4, 19, 979),
    ransomware: false,
    dueDate: '2025-09-15',
    epss: null,
    ssvc: null,
  });
  expect([...records.values()].some(({ exploitation }) => exploitation?.ransomware)).toBe(true);
});

const earlier = feedData('kev/history/2025-03-10.json.gz');
test.skipIf(earlier === null)('an earlier day is too', async () => {
  expect((await recordsAt(kev, earlier ?? '')).size).toBe(1294);
});

test.each([
  // Of the day: when it was released. A later catalogue repeats what an earlier one said.
  ['2027-03-22T17:00:04.5Z', Date.UTC(2027, 2, 22, 17, 0, 4, 500)],
  ['2027-03-23T03:00:00Z', Date.UTC(2027, 2, 23, 3)],
  ['2027-03-30T17:00:00Z', undefined],
  ['2027-03-21T17:00:00Z', undefined],
  ['soon', undefined],
])('a catalogue released %s lists since %s', async (released, listedAt) => {
  const answer = `{"dateReleased":"${released}","vulnerabilities":[{"cveID":"CVE-2027-1000","dateAdded":"2027-03-22"}]}`;
  const location = { kind: 'url', url: 'https://example.org/kev.json' } as const;
  const [item] = await readItems(kev, { location, answer: () => answer, now: Date.UTC(2027, 3, 1) });
  expect(item).toMatchObject({
    kind: 'record',
    record: { exploitation: { knownExploitedSince: Date.UTC(2027, 2, 22) } },
  });
  expect(item?.kind === 'record' && item.record.exploitation?.listedAt).toBe(listedAt);
});

test.each([
  ['{"vulnerabilities":{}}', []],
  [
    '{"vulnerabilities":[{"cveID":"CVE-2025-1","dateAdded":"2025-01-01"},{"cveID":"CVE-2025-10001","dateAdded":"2025-01-01"}]}',
    ['rejected', 'record', 'end'],
  ],
])('%.40s', async (answer, kinds) => {
  const read = readItems(kev, { location: { kind: 'url', url: 'https://example.org/kev.json' }, answer: () => answer });
  if (kinds.length === 0) await expect(read).rejects.toMatchObject({ code: 'feeds.unreadable' });
  else expect((await read).map(({ kind }) => kind)).toEqual(kinds);
});
