import { expect, test } from 'vitest';
import { createCacheGrowth } from './cache-growth.ts';
import type { WalkContext } from './walk-context.ts';

const second = 1_000;
const minute = 60 * second;

function growing(
  given: {
    readonly minimum?: number;
    readonly automaticReleases?: boolean;
    readonly awaited?: string;
    readonly unproven?: string;
  } = {},
) {
  let newest: number | null = null;
  const context = {
    cache: { minimum: { 'x86_64-linux': given.minimum ?? 0.5 }, store: { newestAt: async () => newest } },
    channels: [{ id: 'a' }, { id: 'b' }],
    automaticReleases: given.automaticReleases ?? true,
    findings: {
      awaitingCache: async (id: string) => (id === given.awaited ? ['xz'] : []),
      attrsAwaitingProof: async (id: string) => (id === given.unproven ? ['xz'] : []),
    },
  } as unknown as WalkContext;
  const look = createCacheGrowth(context);
  return {
    uploadedAt: (at: number) => {
      newest = at;
    },
    look: async (at: number) => (await look(at)).map(({ kind, subject }) => `${kind} ${subject}`),
  };
}
const both = ['channel.settle a', 'channel.settle b'];

test('channels are settled once when uploads pause', async () => {
  const { uploadedAt, look } = growing();
  expect(await look(minute)).toEqual([]);
  uploadedAt(10 * minute);
  expect(await look(10 * minute + second)).toEqual(both);
  uploadedAt(10 * minute + 2 * second);
  expect(await look(10 * minute + 5 * second)).toEqual([]);
  expect(await look(10 * minute + 12 * second)).toEqual(both);
  expect(await look(20 * minute)).toEqual([]);
});

test('uploads that never pause are looked at every five minutes', async () => {
  const { uploadedAt, look } = growing();
  const looks: number[] = [];
  for (let at = 10 * minute; at <= 21 * minute; at += 15 * second) {
    uploadedAt(at);
    if ((await look(at)).length > 0) looks.push(at / minute);
  }
  expect(looks).toEqual([10, 15, 20]);
});

test('the clock of a fix may wait for the cache where no release does', async () => {
  const { uploadedAt, look } = growing({ minimum: 0, awaited: 'b' });
  uploadedAt(minute);
  expect(await look(10 * minute)).toEqual(both);
});

test('so may the proof that a fix is in what was built', async () => {
  const { uploadedAt, look } = growing({ minimum: 0, unproven: 'a' });
  uploadedAt(minute);
  expect(await look(10 * minute)).toEqual(both);
});

test.each([{ minimum: 0 }, { automaticReleases: false }])('nothing waits for the cache with %j', async (given) => {
  const { uploadedAt, look } = growing(given);
  uploadedAt(minute);
  expect(await look(10 * minute)).toEqual([]);
});
