import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { JournalTables } from '../../src/journal/index.ts';
import { migrate, migrations } from '../../src/migrations/index.ts';
import { type AlertsTables, planMessages } from '../../src/pipeline/alerts/index.ts';
import { messageOf, plannedOf, subscriptionOf } from '../../src/pipeline/alerts/testing.ts';
import { openSqlite } from '../../src/platform/database/sqlite.ts';
import type { Benchmark } from './measure.ts';

const consumers = 10_000;
const subscribers = consumers + 1;
const now = Date.UTC(2027, 2, 2, 10);

/** Every subscriber is told what a consumer of theirs must do, and one hears of all: the most that one incident asks for. */
export const benchmark: Benchmark = {
  title: 'alerts of one incident to every subscriber, enqueued',
  runs: 3,
  prepare: async (folder) => {
    let run = 0;
    return {
      input: '10,000 consumers, each with a subscriber, and one for all',
      ours: { name: 'planMessages', run: () => plan(path.join(folder, `ours-${run++}.sqlite`)) },
      floor: {
        name: 'bare inserts of the same rows',
        run: async () => insertBarely(path.join(folder, `floor-${run++}.sqlite`)),
      },
    };
  },
};

/** Both sides make the subscriptions too: they cost the floor the same inserts. */
async function plan(file: string) {
  const db = await openSqlite<AlertsTables & JournalTables>({ file });
  await migrate(db, migrations, 0);
  await db.write(async (trx) => {
    for (let index = 0; index < subscribers; index++)
      await trx.insertInto('alert_subscription').values(rowOf(index)).execute();
  });
  const messages = Array.from({ length: consumers }, (_, index) => messageTo(index));
  const startedAt = performance.now();
  const deliveries = await db.write((trx) =>
    planMessages(trx, { messages, now, random: randomBytes, dialect: db.dialect }),
  );
  console.error(`enqueued in ${(performance.now() - startedAt).toFixed(0)} ms`);
  await db.close();
  rmSync(file);
  return deliveries;
}

function insertBarely(file: string): number {
  const db = new DatabaseSync(file);
  db.exec('pragma journal_mode = wal; pragma synchronous = full;');
  db.exec(`
    create table subscription (id text primary key, subscriber text, body text, stop_token text unique, since integer,
      created_at integer, created_by text, stopped_at integer, stopped_by text) strict;
    create table told (subscription_id text, topic text, level integer, at integer, primary key (topic, subscription_id)) strict;
    create table delivery (id text primary key, subscription_id text, message_id text, target text, state text,
      due_at integer, attempts integer, created_at integer) strict;
    create table message (id text primary key, kind text, body text, at integer) strict;
    create index due on delivery (state, target, due_at);
    create index of_subscription on delivery (subscription_id, state);
  `);
  const subscription = db.prepare('insert into subscription values (?, ?, ?, ?, ?, ?, ?, ?, ?)');
  db.exec('begin immediate');
  for (let index = 0; index < subscribers; index++) subscription.run(...Object.values(rowOf(index)));
  db.exec('commit; begin immediate');
  const message = db.prepare('insert into message values (?, ?, ?, ?)');
  const told = db.prepare('insert into told values (?, ?, ?, ?)');
  const delivery = db.prepare('insert into delivery values (?, ?, ?, ?, ?, ?, ?, ?)');
  for (let index = 0; index < subscribers; index++) {
    message.run(`message-${index}`, 'act-now', JSON.stringify(messageTo(index).message), now);
    told.run(rowOf(index).id, `act-${index}`, 0, now);
    // The one for all is told of each.
    told.run('all', `act-${index}`, 0, now);
    delivery.run(`delivery-${index}`, rowOf(index).id, 'message', 'mail', 'waiting', now, 0, now);
  }
  db.exec('commit');
  db.close();
  rmSync(file);
  return subscribers;
}

function messageTo(index: number) {
  const about = { ...messageOf().about, consumers: [`consumer-${index}`] };
  const command = 'nix flake update nixpkgs';
  return plannedOf(`act-${index}`, { kind: 'act-now', urgency: 'urgent', command, about });
}

function rowOf(index: number) {
  return {
    id: `subscription-${index}`,
    subscriber: `subscriber-${index}`,
    body: JSON.stringify(
      subscriptionOf({ subscriber: `subscriber-${index}`, consumers: index < consumers ? [`consumer-${index}`] : [] }),
    ),
    stop_token: `token-${index}`,
    since: 0,
    created_at: now,
    created_by: 'bench',
    stopped_at: null,
    stopped_by: null,
  };
}
