import { describe, expect, test } from 'vitest';
import type { JournalEvent } from '../journal/index.ts';
import type { FeedSync } from '../pipeline/feeds/index.ts';
import { jobsAfter } from './jobs-after.ts';
import { dueJobs } from './schedule.ts';
import type { KeptChannel, KeptFeed } from './walk-context.ts';

const channels = [
  { id: 'rolling' },
  { id: '26.11' },
  { id: '26.11-fips', line: { kind: 'variant', over: '26.11' } },
  { id: 'calm', line: { kind: 'cooldown', over: '26.11' } },
] as const;

describe('what an event asks for', () => {
  const event = (kind: string, subject: string, payload: JournalEvent['payload'] = {}): JournalEvent => ({
    sequence: 1,
    at: 0,
    kind,
    subject,
    actor: 'robot',
    payload,
  });
  const every = channels.map(({ id }) => ({ kind: 'channel.settle', subject: id }));
  const tend = { kind: 'embargoes.tend', subject: '' };
  test.each([
    [event('feeds.synced', 'nvd'), [{ kind: 'advisories.merge', subject: '' }]],
    [event('feeds.synced', 'epss'), [{ kind: 'advisories.merge', subject: '' }, ...every]],
    [event('advisories.merged', 'advisories'), [...every, tend]],
    [event('embargo.ended', 'CVE-2027-1'), every],
    [event('matching.mapping-reviewed', 'git'), every],
    [event('matching.taken', 'CVE-2024-0232'), every],
    [event('matching.fixes-read', ''), every],
    [event('matching.matched', 'x', { channel: 'rolling' }), [{ kind: 'fixes.read', subject: 'rolling' }]],
    [
      event('catalog.covered-changed', 'covered'),
      channels.map(({ id }) => ({ kind: 'channel.evaluate', subject: id })),
    ],
    [
      event('channel.moved', 'x', { channel: 'rolling' }),
      [
        { kind: 'channel.evaluate', subject: 'rolling' },
        { kind: 'reviews.renew', subject: 'rolling' },
      ],
    ],
    [
      event('review.examined', '5'),
      [
        { kind: 'fix.spread', subject: '5' },
        { kind: 'alerts.plan', subject: '' },
      ],
    ],
    [
      event('channel.moved', 'x', { channel: '26.11' }),
      [
        { kind: 'channel.evaluate', subject: '26.11' },
        { kind: 'reviews.renew', subject: '26.11' },
        { kind: 'channel.sync', subject: '26.11-fips' },
      ],
    ],
    [event('catalog.evaluated', 'x', { channel: '26.11' }), [{ kind: 'channel.settle', subject: '26.11' }, tend]],
    [event('catalog.evaluated', 'x', { channel: 'gone' }), [tend]],
    [
      event('finding.opened', '7'),
      [
        { kind: 'proposal.make', subject: '7' },
        { kind: 'publications.number', subject: '' },
        { kind: 'alerts.plan', subject: '' },
      ],
    ],
    [
      event('alerts.planned', 'alerts', { targets: ['mail', 7, 'chat'] }),
      [
        { kind: 'deliveries.send', subject: 'mail' },
        { kind: 'deliveries.send', subject: 'chat' },
      ],
    ],
    [event('review.opened', '3'), [{ kind: 'review.examine', subject: '3' }]],
  ])('%j', (given, expected) => {
    expect(jobsAfter(given, channels)).toEqual(expected);
  });
});

describe('what is due', () => {
  const hour = 3_600_000;
  const now = 100 * hour;
  const feed = (id: string) => ({ source: { id }, everyMs: hour }) as KeptFeed;
  const channel = {
    id: 'rolling',
    upstream: { url: '', branch: '', partial: false },
    line: { over: null },
    everyMs: hour,
  } as KeptChannel;
  const due = (
    states: readonly Partial<FeedSync>[],
    synced: ReadonlyMap<string, number> = new Map([['rolling', now]]),
  ) =>
    dueJobs(
      {
        feeds: [feed('nvd')],
        channels: [channel],
        feedStore: { states: async () => states } as unknown as Parameters<typeof dueJobs>[0]['feedStore'],
      },
      synced,
      now,
    );
  const sync = [{ kind: 'feed.sync', subject: 'nvd' }];

  test('a feed that was never tried', async () => expect(await due([])).toEqual(sync));
  test('not before its interval is over', async () => {
    expect(await due([{ source: 'nvd', attemptAt: now - hour + 1, failure: null }])).toEqual([]);
    expect(await due([{ source: 'nvd', attemptAt: now - hour, failure: null }])).toEqual(sync);
  });
  test.each([
    [1, 10],
    [2, 20],
    [4, 80],
    [6, 320],
    [50, 360],
  ])('after %i failures in a row the next try waits %i minutes', async (failures, minutes) => {
    const failed = { source: 'nvd', failure: '503', failures };
    expect(await due([{ ...failed, attemptAt: now - minutes * 60_000 + 1 }])).toEqual([]);
    expect(await due([{ ...failed, attemptAt: now - minutes * 60_000 }])).toEqual(sync);
  });
  test('a channel with an upstream, each interval', async () => {
    const quiet = [{ source: 'nvd', attemptAt: now, failure: null }];
    expect(await due(quiet, new Map())).toEqual([{ kind: 'channel.sync', subject: 'rolling' }]);
    expect(await due(quiet, new Map([['rolling', now - hour]]))).toEqual([
      { kind: 'channel.sync', subject: 'rolling' },
    ]);
    expect(await due(quiet)).toEqual([]);
  });
});
