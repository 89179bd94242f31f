import { existsSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { FeedSource } from './model.ts';
import { feedSources } from './sources.ts';

const here = import.meta.dirname;
const folders = readdirSync(here).filter((name) => existsSync(`${here}/${name}/source.ts`));

test('there are folders of sources', () => {
  expect(folders.length).toBeGreaterThan(15);
});

test.each(folders)('the source in %s is registered under the name of its folder', async (folder) => {
  const exported: readonly unknown[] = Object.values(await import(`./${folder}/source.ts`));
  const sources = exported.filter((value): value is FeedSource => feedSources.some((source) => source === value));
  expect(sources.map(({ id }) => id)).toEqual([folder]);
});

test('every source is in a folder of its own, or one of the OSV databases', () => {
  const others = feedSources.map(({ id }) => id).filter((id) => !folders.includes(id));
  expect(others.every((id) => id.startsWith('osv-'))).toBe(true);
  expect(new Set(feedSources.map(({ id }) => id)).size).toBe(feedSources.length);
});

test('only what the licence forbids without consent is off', () => {
  expect(feedSources.flatMap(({ id, optIn }) => (optIn === null ? [] : id))).toEqual(['wolfi', 'chainguard']);
});

test.each(feedSources.map((source) => [source.id, source] as const))('%s says where it comes from', (_id, source) => {
  expect(URL.parse(source.defaultUrl)?.protocol).toBe('https:');
  expect(URL.parse(source.homepage)?.protocol).toBe('https:');
  for (const text of [source.title, source.licence, source.attribution]) expect(text.length).toBeGreaterThan(2);
  expect(source.intervalMs).toBeGreaterThanOrEqual(15 * 60_000);
});
