import { expect, test } from 'vitest';
import { AppError } from '../../foundation/errors.ts';
import type { WalkContext } from '../walk-context.ts';
import { notingTrouble } from './noting-trouble.ts';

const passing = new AppError({ code: 'git.fetch-failed', retryable: true }, 'no network', { hint: 'Look at it.' });
const lasting = new AppError({ code: 'git.no-branch', retryable: false }, 'no branch', { hint: 'Correct it.' });

test.each([
  ['what is over at the next try troubles nobody', 1, passing, []],
  ['what lasts over all tries does', 5, passing, [{ says: 'no network', hint: 'Look at it.' }]],
  ['what no try changes does at once', 1, lasting, [{ says: 'no branch', hint: 'Correct it.' }]],
  ['what is done is no trouble any more', 1, null, [null]],
])('%s', async (_, attempt, error, noted) => {
  const seen: unknown[] = [];
  const troubles = { note: async ({ trouble }: { readonly trouble: unknown }) => void seen.push(trouble) };
  const context = { troubles, clock: { now: () => 0 } } as unknown as WalkContext;
  const work = notingTrouble('sync', async () => {
    if (error !== null) throw error;
  });
  const done = work({ context, subject: 'rolling', attempt, signal: new AbortController().signal });
  await (error === null ? done : expect(done).rejects.toBe(error));
  expect(seen).toEqual(noted);
});

test('what was told to stop notes nothing', async () => {
  const stop = new AbortController();
  const context = { clock: { now: () => 0 } } as unknown as WalkContext;
  const work = notingTrouble('sync', async () => {
    stop.abort();
    throw lasting;
  });
  await expect(work({ context, subject: 'rolling', signal: stop.signal })).rejects.toThrow();
});
