import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { systemClock } from '../../foundation/clock.ts';
import { openTestDatabase } from '../database/testing.ts';
import { createEmbeddedQueue } from './embedded.ts';
import type { JobTables } from './job-rows.ts';

test('smoke', async () => {
  const database = await openTestDatabase<JobTables & { readonly x: { readonly y: string } }>();
  const queue = createEmbeddedQueue({ database, clock: systemClock, random: randomBytes, log: console });
  const ran: string[] = [];
  for (let i = 0; i < 20; i++) await queue.enqueue({ kind: 'a', key: String(i % 10), payload: { i } });
  expect(await queue.counts()).toEqual({ waiting: 10, running: 0, dead: 0 });
  await queue.start(
    {
      a: async (job) => {
        ran.push(job.key);
        if (job.key === '3' && job.attempt < 3) throw new Error('x');
      },
    },
    3,
  );
  await queue.idle();
  expect(ran.length).toBe(12);
  await queue.stop();
  expect(await queue.counts()).toEqual({ waiting: 0, running: 0, dead: 0 });
});
