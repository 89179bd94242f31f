// A program to be killed: does one kind of work for ever, and says on stdout what is durable by its own account.
import { randomBytes } from 'node:crypto';
import { writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../../src/foundation/clock.ts';
import { appendEvent, type JournalTables } from '../../src/journal/index.ts';
import { createFileBlobs } from '../../src/platform/blobs/files.ts';
import { openSqlite } from '../../src/platform/database/sqlite.ts';
import { createEmbeddedQueue, type JobTables } from '../../src/platform/queue/embedded.ts';
import type { Queue } from '../../src/platform/queue/index.ts';
import { openPgBossQueue } from '../../src/platform/queue/pg-boss.ts';
import { blobContent, event } from './expected.ts';

const [work = '', place = '', first = '0'] = process.argv.slice(2);
const say = (line: string) => writeSync(1, `${line}\n`);
const log = { info: () => {}, warn: () => {}, error: () => {} };

async function* numbers() {
  for (let n = Number(first); ; n++) yield n;
}

async function hang(queue: Queue): Promise<void> {
  const handler = async ({ key }: { readonly key: string }) => {
    say(key);
    await sleep(3_600_000);
  };
  await queue.start({ hang: handler }, 2);
}

const works: Readonly<Record<string, () => Promise<void>>> = {
  database: async () => {
    const db = await openSqlite<JournalTables>({ file: place });
    for await (const n of numbers()) {
      await db.write(async (trx) => {
        for (const half of ['first', 'second']) await appendEvent(trx, event(n, half));
      });
      say(`${n}`);
    }
  },
  blobs: async () => {
    const blobs = createFileBlobs({ directory: place });
    for await (const n of numbers()) {
      await blobs.put(`some/blob-${n}`, blobContent(n));
      say(`${n}`);
    }
  },
  queue: async () => {
    const database = await openSqlite<JobTables>({ file: place });
    const queue = createEmbeddedQueue({ database, clock: systemClock, random: randomBytes, log });
    await queue.start({ work: async ({ key }) => void say(`ran ${key}`) }, 2);
    for await (const n of numbers()) {
      await queue.enqueue({ kind: 'work', key: `${n}`, payload: {} });
      say(`${n}`);
    }
  },
  'hang-embedded': async () => {
    const database = await openSqlite<JobTables>({ file: place });
    await hang(createEmbeddedQueue({ database, clock: systemClock, random: randomBytes, log }));
  },
  'hang-pg-boss': async () =>
    hang(await openPgBossQueue({ url: place, clock: systemClock, log, heartbeatSeconds: 10 })),
};

await works[work]?.();
