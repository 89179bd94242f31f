import { expect, test } from 'vitest';
import { feedData, readItems, recordsAt } from '../reading/testing.ts';
import { debian } from './source.ts';

/** Two packages with one id; facts of https://security-tracker.debian.org/tracker/CVE-2022-0456, retyped, and invented ones. */
const tracker = {
  chromium: {
    'CVE-2022-0456': {
      releases: {
        bookworm: { status: 'resolved', fixed_version: '98.0.4758.80-1', urgency: 'not yet assigned' },
        buster: { status: 'open', urgency: 'end-of-life' },
      },
    },
    'TEMP-0000000-ABCDEF': {
      releases: { sid: { status: 'undetermined', urgency: 'unimportant', nodsa: 'Minor issue' } },
    },
  },
  'qtwebengine-opensource-src': {
    'CVE-2022-0456': {
      description: 'Use after free in Web Search',
      releases: { sid: { status: 'resolved', fixed_version: '0', urgency: 'low**' } },
    },
    'CVE-2022-0358': { releases: [] },
    'CVE-2022-0001': { releases: 'none' },
  },
};

function read(text: string) {
  return readItems(debian, { location: { kind: 'url', url: debian.defaultUrl }, answer: () => text });
}

test('what all packages say of an id is one record of statements, none of membership', async () => {
  const items = await read(JSON.stringify(tracker));
  const statement = { justification: null, text: null };
  expect(items[0]).toMatchObject({
    record: {
      id: 'CVE-2022-0456',
      details: 'Use after free in Web Search',
      affected: [],
      statements: [
        { ...statement, product: 'chromium/bookworm', status: 'fixed', version: '98.0.4758.80-1' },
        { ...statement, product: 'chromium/buster', status: 'affected', version: null, text: 'end-of-life' },
        { ...statement, product: 'qtwebengine-opensource-src/sid', status: 'not_affected', version: '0', text: 'low' },
      ],
    },
  });
  expect(items[1]).toMatchObject({
    record: {
      id: 'TEMP-0000000-ABCDEF',
      statements: [{ status: 'under_investigation', text: 'unimportant: Minor issue' }],
    },
  });
  expect(items.slice(2)).toMatchObject([
    { record: { id: 'CVE-2022-0358', statements: [] } },
    { kind: 'rejected', id: 'CVE-2022-0001', reason: 'qtwebengine-opensource-src.releases is not an object' },
    { kind: 'end', complete: true },
  ]);
});

test.each(['{"chromium":{"CVE-2022-0456":{"releases":{}}', '[]', '<html>'])('%s fails as a whole', async (text) => {
  await expect(read(text)).rejects.toMatchObject({ code: 'feeds.unreadable' });
});

const real = feedData('debian/tracker.json');

test.skipIf(real === null)('the real sample', async () => {
  const records = await recordsAt(debian, real ?? '');
  expect(records.size).toBe(7);
  expect(records.get('CVE-2007-2383')?.statements[0]).toMatchObject({ status: 'not_affected', text: 'unimportant' });
  expect(records.get('CVE-2013-1444')?.statements).toHaveLength(4);
});
