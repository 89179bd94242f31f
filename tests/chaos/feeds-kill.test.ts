import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { eventsAfter, type JournalTables } from '../../src/journal/index.ts';
import { migrate, migrations } from '../../src/migrations/index.ts';
import { type AdvisoriesTables, createAdvisoryStore } from '../../src/pipeline/advisories/index.ts';
import { createFeedStore, type FeedsTables } from '../../src/pipeline/feeds/index.ts';
import type { Database } from '../../src/platform/database/index.ts';
import { openSqlite } from '../../src/platform/database/sqlite.ts';
import { syncRound } from './feeds-rounds.ts';

type Tables = AdvisoriesTables & FeedsTables & JournalTables;

const kills = 5;
const lastRound = 100;

test('a sync and a merge that are killed again and again end as if they never were', { timeout: 300_000 }, async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'snowguard-feeds-kill-'));
  try {
    const files = ['killed.sqlite', 'spared.sqlite'].map((name) => path.join(folder, name));
    const [killed = '', spared = ''] = files;
    for (const file of files) {
      const db = await openSqlite<Tables>({ file });
      await migrate(db, migrations, 0);
      await db.close();
    }
    for (let kill = 0; kill < kills; kill++) await runKilled(killed, kill, 150 + kill * 400);
    expect(await contentAfter(killed)).toEqual(await contentAfter(spared));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

async function runKilled(file: string, round: number, momentMs: number): Promise<void> {
  const victim = spawn(process.execPath, [path.join(import.meta.dirname, 'feeds-victim.ts'), file, String(round)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<string | null>((resolve) => victim.once('close', (_code, signal) => resolve(signal)));
  const spoke = new Promise<void>((resolve) => victim.stdout.once('data', () => resolve()));
  await Promise.race([spoke, ended]);
  await sleep(momentMs);
  victim.kill('SIGKILL');
  expect(await ended).toBe('SIGKILL');
}

/** One whole round, and what stands then. */
async function contentAfter(file: string) {
  const db = await openSqlite<Tables>({ file });
  const feeds = createFeedStore(db);
  await syncRound(feeds, createAdvisoryStore(db, feeds), lastRound);
  const content = {
    ...(await feedsContent(db)),
    advisories: await db.read
      .selectFrom('advisory')
      .select(['id', 'title', 'published_at', 'band', 'score', 'search'])
      .orderBy('id')
      .execute(),
    members: await db.read
      .selectFrom('advisory_member as member')
      .innerJoin('feed_record as record', 'record.id', 'member.record_key')
      .select(['advisory_id', 'record_id'])
      .orderBy('advisory_id')
      .orderBy('record_id')
      .execute(),
    // All that was written was announced: the last word of each stage stands after the last change.
    lastEvents: (await eventsAfter(db, 0, 10_000)).slice(-2).map(({ kind }) => kind),
    states: (await feeds.states()).map(({ cursor, records, failures }) => ({ cursor, records, failures })),
  };
  await db.close();
  return content;
}

async function feedsContent(db: Database<Tables>) {
  return {
    records: await db.read
      .selectFrom('feed_record as record')
      .innerJoin('feed_body as body', 'body.record_id', 'record.id')
      .select(['record.record_id', 'state', 'meaning_digest', 'raw_digest', 'body'])
      .orderBy('record.record_id')
      .execute(),
    affected: await db.read
      .selectFrom('feed_affected as affected')
      .innerJoin('feed_product as product', 'product.id', 'affected.product_id')
      .innerJoin('feed_record as record', 'record.id', 'affected.record_id')
      .select(['product.name', 'record.record_id'])
      .orderBy('product.name')
      .orderBy('record.record_id')
      .execute(),
  };
}
