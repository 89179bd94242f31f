import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JournalTables } from '../../../journal/index.ts';
import { openTestDatabase } from '../../../platform/database/testing.ts';
import { silentProgress } from '../../../platform/log/index.ts';
import type { FeedItem } from '../model.ts';
import { createFeedStore, type FeedStore } from '../store.ts';
import type { FeedsTables } from '../tables.ts';
import { affectedBelow, itemOf, recordOf, sourceOf, syncItems } from '../testing.ts';
import { exportFeeds } from './export-feeds.ts';
import { importFeeds } from './import-feeds.ts';

const ours = generateKeyPairSync('ed25519');
const others = generateKeyPairSync('ed25519');
const clock = { now: () => 1_800_000_000_000 };
const run = { clock, progress: silentProgress, signal: new AbortController().signal };
const sources = ['nvd', 'epss'].map((id) => sourceOf(id, () => []));
const end: FeedItem = { kind: 'end', cursor: 'c', complete: true };

let folder: string;
let file: string;
let outside: FeedStore;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'snowguard-bundle-'));
  file = path.join(folder, 'feeds.bundle');
  outside = await newStore();
  const records = Array.from({ length: 1100 }, (_, index) =>
    recordOf({ source: 'nvd', id: `CVE-2024-${1000 + index}`, affected: [affectedBelow(`p${index}`, '2')] }),
  );
  const odd = recordOf({ source: 'nvd', id: 'CVE-2023-1', details: 'a\0b\n\ud800 é', aliases: ['GHSA-b', 'GHSA-a'] });
  const rejected: FeedItem = { kind: 'rejected', id: 'CVE-2023-2', reason: 'no shape', raw: '[]' };
  await syncItems({ store: outside, source: 'nvd', items: [...records.map(itemOf), itemOf(odd), rejected, end] });
  const exploitation = { knownExploitedSince: null, ransomware: false, dueDate: null, epss: 0.25, ssvc: null };
  const score = itemOf(recordOf({ source: 'epss', id: 'CVE-2023-1', exploitation }));
  await syncItems({ store: outside, source: 'epss', items: [score, end] });
  await syncItems({ store: outside, source: 'unknown', items: [itemOf(odd), end] });
  await exportFeeds({ ...run, store: outside, file, key: ours.privateKey });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function newStore() {
  return createFeedStore(await openTestDatabase<FeedsTables & JournalTables>());
}
interface Given {
  readonly file?: string;
  readonly trusted?: typeof ours;
  readonly newest?: number;
}
const taken = async (store: FeedStore, given: Given = {}) => {
  const { newest = null, trusted = ours } = given;
  return importFeeds({ ...run, store, sources, file: given.file ?? file, keys: [trusted.publicKey], newest });
};
async function held(store: FeedStore, source: string) {
  const items: FeedItem[] = [];
  for await (const item of store.items(source)) items.push(item);
  return items;
}

test('all of it arrives, and a second time nothing is written', async () => {
  const inside = await newStore();
  expect((await taken(inside)).feeds).toMatchObject([
    { source: 'epss', outcome: { counts: { added: 1 } } },
    { source: 'nvd', outcome: { counts: { added: 1101, rejected: 1 } } },
    { source: 'unknown', outcome: null },
  ]);
  for (const source of ['nvd', 'epss']) expect(await held(inside, source)).toEqual(await held(outside, source));
  expect(await held(inside, 'nvd')).toHaveLength(1102);
  expect((await inside.scores(['CVE-2023-1'])).get('CVE-2023-1')).toBe(0.25);
  expect((await taken(inside)).feeds).toMatchObject([
    { source: 'epss', outcome: { counts: { added: 0, changed: 0, unchanged: 1 } } },
    { source: 'nvd', outcome: { counts: { added: 0, changed: 0, unchanged: 1101 } } },
    { source: 'unknown', outcome: null },
  ]);
});

const altered = (change: (text: string) => string) => async () =>
  gzipSync(change(gunzipSync(await readFile(file)).toString()));
test.each([
  ['another record', altered((text) => text.replace('CVE-2024-1500', 'CVE-2024-9999')), 'feeds.bundle-untrusted'],
  ['another manifest', altered((text) => text.replace('"source":"nvd"', '"source":"kev"')), 'feeds.bundle-untrusted'],
  ['more lines', altered((text) => `${text}{}\n`), 'feeds.bundle-untrusted'],
  [
    'fewer lines',
    altered((text) => text.slice(0, text.lastIndexOf('\n', text.length - 2) + 1)),
    'feeds.bundle-unreadable',
  ],
  ['half a line', altered((text) => text.slice(0, -5)), 'feeds.bundle-unreadable'],
  ['half a file', async () => (await readFile(file)).subarray(0, 2000), 'feeds.bundle-unreadable'],
  ['no gzip', async () => Buffer.from('{}\n'), 'feeds.bundle-unreadable'],
  ['nothing', async () => gzipSync(''), 'feeds.bundle-unreadable'],
])('%s is refused before anything is taken', async (name, make, code) => {
  const broken = path.join(folder, name);
  await writeFile(broken, await make());
  const inside = await newStore();
  await expect(taken(inside, { file: broken })).rejects.toMatchObject({ code });
  expect(await inside.states()).toEqual([]);
});

test('what it brings is as old as it was where it was written', async () => {
  const inside = await newStore();
  const later = { now: () => clock.now() + 30 * 86_400_000 };
  await importFeeds({ ...run, clock: later, store: inside, sources, file, keys: [ours.publicKey], newest: null });
  for (const { attemptAt, successAt } of await inside.states())
    expect([attemptAt, successAt]).toEqual([later.now(), clock.now()]);
  // Nor does it make older what was read here meanwhile.
  await syncItems({ store: inside, source: 'epss', items: [end], at: clock.now() + 1 });
  await taken(inside);
  expect((await inside.states()).find(({ source }) => source === 'epss')).toMatchObject({ successAt: clock.now() + 1 });
});

test('so is one that is older than what was taken in', async () => {
  const inside = await newStore();
  const { createdAt } = await taken(inside, { newest: clock.now() - 1 });
  expect(createdAt).toBe(clock.now());
  await taken(inside, { newest: createdAt });
  await expect(taken(inside, { newest: createdAt + 1 })).rejects.toMatchObject({ code: 'feeds.bundle-older' });
});

test('so is one that somebody else signed', async () => {
  await expect(taken(await newStore(), { trusted: others })).rejects.toMatchObject({ code: 'feeds.bundle-untrusted' });
});
