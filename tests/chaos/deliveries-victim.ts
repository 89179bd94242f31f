// A program to be killed: publishes, plans and delivers, again and again, and says on stdout what is durable by its own account.
import { writeSync } from 'node:fs';
import { alertsOver, hookTarget, publishRelease, type TestTables } from '../../src/pipeline/alerts/testing.ts';
import { openSqlite } from '../../src/platform/database/sqlite.ts';

const [file = '', url = '', first = '0'] = process.argv.slice(2);
const db = await openSqlite<TestTables>({ file });
const { alerts, clock } = alertsOver(db, { targets: [hookTarget('hook', url)], now: Date.now() });
const signal = new AbortController().signal;
const say = (line: string) => writeSync(1, `${line}\n`);
say('started');
for (let n = Number(first); ; n++) {
  await publishRelease(db, `release-${n}`, clock.now());
  say(`published release-${n}`);
  await alerts.plan(async () => ({ now: clock.now(), acts: [], findings: new Map() }));
  say('planned');
  await alerts.sendDue('hook', signal);
  say('sent');
}
