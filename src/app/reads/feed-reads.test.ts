import { expect, test } from 'vitest';
import { type FeedSync, feedSources } from '../../pipeline/feeds/index.ts';
import type { KeptFeed, WalkContext } from '../../worker/index.ts';
import { feedStates } from './feed-reads.ts';

const hour = 3_600_000;
const now = 1_800_000_000_000;

const sync = (source: string, hours: number): FeedSync => ({
  source,
  cursor: null,
  attemptAt: now,
  successAt: now - hours * hour,
  changeAt: now,
  failure: null,
  failures: 0,
  incident: null,
  records: 1,
  quarantined: 0,
  latency: null,
});

test('each feed says where it is read; what was brought in by a bundle is watched too, and the house is no feed', async () => {
  const kept = (id: string, location: KeptFeed['location']): readonly KeptFeed[] =>
    feedSources
      .filter((source) => source.id === id)
      .map((source) => ({ source, location, everyMs: hour, secret: async () => null }));
  const states = [sync('curl', 1), sync('house', 1), sync('kev', 4), sync('nginx', 71), sync('node', 73)];
  const context = {
    feeds: [
      ...kept('kev', { kind: 'url', url: 'https://me:secret@mirror.example/kev.json?token=secret' }),
      ...kept('curl', { kind: 'path', path: '/srv/feeds/vuln.json' }),
    ],
    feedStore: { states: async () => states },
    clock: { now: () => now },
  };
  const feeds = await feedStates(context as unknown as WalkContext);
  expect(feeds.map(({ id, state, readFrom, url }) => [id, state, readFrom, url])).toEqual([
    ['kev', 'stale', 'address', 'https://mirror.example/kev.json'],
    ['curl', 'ok', 'copy', 'https://curl.se/docs/vuln.json'],
    ['nginx', 'ok', 'bundle', expect.stringContaining('nginx.org')],
    ['node', 'stale', 'bundle', expect.stringContaining('nodejs')],
  ]);
});
