import { expect, test } from 'vitest';
import { feedData, readItems, recordsAt } from '../reading/testing.ts';
import { kev } from './source.ts';

const catalogue = feedData('kev/known_exploited_vulnerabilities.json');
test.skipIf(catalogue === null)('the catalogue is read without a reject', async () => {
  const records = await recordsAt(kev, catalogue ?? '');
  expect(records.size).toBe(1404);
  expect(records.get('CVE-2025-48384')?.exploitation).toEqual({
    knownExploitedSince: Date.UTC(2025, 7, 25),
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
