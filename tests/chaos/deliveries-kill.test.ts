/**
 * A sender that is killed at every kind of moment loses no alert and gives none a second id: what honours the id tells it
 * once. `SNOWGUARD_KILLS=1000` kills a thousand times.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { migrate, migrations } from '../../src/migrations/index.ts';
import {
  alertsOver,
  hookTarget,
  type Received,
  receiver,
  subscriptionOf,
  type TestTables,
} from '../../src/pipeline/alerts/testing.ts';
import { openSqlite } from '../../src/platform/database/sqlite.ts';

const kills = Number(process.env.SNOWGUARD_KILLS ?? 16);
const signal = new AbortController().signal;

/** Before the answer, after it, between publishing and planning, between planning and sending, and whenever. */
const moments = ['asked', 'answered', 'published', 'planned', 'sent', 'whenever'] as const;

test(`a sender killed ${kills} times`, { timeout: 60_000 + kills * 3_000 }, async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'snowguard-deliveries-'));
  let onRequest = () => {};
  const server = await receiver(() => {
    onRequest();
    return { status: 200 };
  });
  try {
    const file = path.join(folder, 'killed.sqlite');
    const db = await openSqlite<TestTables>({ file });
    await migrate(db, migrations, 0);
    const { alerts, clock } = alertsOver(db, { targets: [hookTarget('hook', server.url)], now: Date.now() });
    await alerts.subscribe({ subscription: subscriptionOf(), by: 'ada', at: clock.now() });
    await db.close();

    const published = new Set<string>();
    for (let kill = 0; kill < kills; kill++) {
      const moment = moments[kill % moments.length] ?? 'whenever';
      // Not always at the first time: what was left behind by the last kill is on the way then too.
      let countdown = 1 + (Math.floor(kill / moments.length) % 4);
      const victim = spawn(
        process.execPath,
        [path.join(import.meta.dirname, 'deliveries-victim.ts'), file, server.url, String(kill * 100_000)],
        { stdio: ['ignore', 'pipe', 'inherit'] },
      );
      const strike = () => {
        if (--countdown === 0) victim.kill('SIGKILL');
      };
      onRequest = () => {
        if (moment === 'asked') strike();
        if (moment === 'answered') setImmediate(strike);
      };
      const ended = new Promise<string | null>((resolve) => victim.once('close', (_code, by) => resolve(by)));
      const started = Promise.withResolvers<void>();
      let said = '';
      victim.stdout.setEncoding('utf8').on('data', (text: string) => {
        said += text;
        started.resolve();
        for (const line of text.split('\n')) if (line.startsWith(moment)) strike();
      });
      if (moment === 'whenever') {
        await Promise.race([started.promise, ended]);
        await sleep((kill * 7) % 90);
        victim.kill('SIGKILL');
      }
      expect(await ended).toBe('SIGKILL');
      for (const [, uuid = ''] of said.matchAll(/^published (\S+)$/gm)) published.add(uuid);
    }
    onRequest = () => {};
    await finish(file, server.url);

    const idsOf = Map.groupBy(server.received, uuidOf);
    expect([...published].filter((uuid) => !idsOf.has(uuid))).toEqual([]);
    for (const requests of idsOf.values())
      expect(new Set(requests.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(published.size).toBeGreaterThan(0);
    const twice = [...idsOf.values()].filter(({ length }) => length > 1).length;
    console.log(`killed ${kills} times: ${published.size} alerts, none lost; ${twice} sent again under the same id`);
  } finally {
    server.close();
    await rm(folder, { recursive: true, force: true });
  }
});

/** What a start after the last kill does. */
async function finish(file: string, url: string): Promise<void> {
  const db = await openSqlite<TestTables>({ file });
  // Later than any wait after a try that failed.
  const { alerts, clock, pass } = alertsOver(db, { targets: [hookTarget('hook', url)], now: Date.now() + 3_600_000 });
  for (;;) {
    await alerts.plan(async () => ({ now: clock.now(), acts: [], findings: new Map() }));
    await alerts.sendDue('hook', signal);
    const waiting = await alerts.deliveries({ state: 'waiting', target: null, after: null, limit: 1 });
    if (waiting.items.length === 0) break;
    pass(3_600_000);
  }
  await db.close();
}

function uuidOf({ body }: Received): string {
  const { data } = JSON.parse(body) as { readonly data: { readonly links: readonly { readonly url: string }[] } };
  return data.links[0]?.url.split('/').at(-1) ?? '';
}
