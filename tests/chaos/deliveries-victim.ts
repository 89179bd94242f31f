// A program to be killed: publishes, plans and delivers, again and again, until it comes to the gap it is to die in. Says on
// stdout what is durable by its own account, and each gap that it passes.
import { randomBytes } from 'node:crypto';
import { writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { appendEvent } from '../../src/journal/index.ts';
import { createAlerts } from '../../src/pipeline/alerts/index.ts';
import { hookTarget, publicUrl, type TestTables, wires } from '../../src/pipeline/alerts/testing.ts';
import { openSqlite } from '../../src/platform/database/sqlite.ts';
import { watchEffects } from './effects.ts';

const [file = '', url = '', first = '0', gap = '', times = '1', startAt = '0'] = process.argv.slice(2);
const rounds = 12;
const hourMs = 3_600_000;
const say = (line: string) => writeSync(1, `${line}\n`);

let last = 'start';
let countdown = Number(times);
const { watched } = watchEffects((name, when) => {
  if (when === 'under way' && name !== 'send' && name !== 'commit') return;
  const passed = when === 'before' ? `${last} | ${name}` : `within ${name}`;
  last = name;
  say(`gap ${passed}`);
  if (passed !== gap || --countdown > 0) return;
  if (when === 'before') process.kill(process.pid, 'SIGKILL');
  // Anywhere between its beginning and a little after its end.
  else setTimeout(() => process.kill(process.pid, 'SIGKILL'), Number(first) % 4);
});

const db = await openSqlite<TestTables>({ file });
let now = Number(startAt);
const alerts = createAlerts({
  db,
  clock: { now: () => now },
  random: randomBytes,
  wires: { ...wires, poster: watched(wires.poster) },
  // One at a time, so that the effects always come in the same order.
  targets: ['hook', 'spare'].map((name) => ({ ...hookTarget(name, `${url}/${name}`), together: 1 })),
  publicUrl,
  from: 'acme/secure',
});
const { signal } = new AbortController();
for (let n = Number(first); n < Number(first) + rounds; n++) {
  await db.write((trx) =>
    appendEvent(trx, {
      at: now,
      kind: 'release.published',
      subject: `${n}`,
      actor: 'robot',
      payload: { uuid: `${n}`, organisation: 'acme', flake: 'secure', channel: 'rolling', version: `0.1.${n}+rev-b` },
    }),
  );
  say(`published ${n}`);
  await alerts.plan(async () => ({ now, acts: [], exposed: [], notHeld: [], findings: new Map() }));
  for (const target of ['hook', 'spare']) await alerts.sendDue(target, signal);
  now += 8 * hourMs;
  if (n % 5 === 0) await alerts.enable({ target: 'hook', by: 'ada', at: now });
}
await db.close();
// The blow may come a little after the last effect.
await sleep(20);
say('end');
