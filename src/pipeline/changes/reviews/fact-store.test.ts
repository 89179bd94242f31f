import { describe, expect, test } from 'vitest';
import { databasesForTests } from '../../../platform/database/testing.ts';
import { createReviewFactStore } from './fact-store.ts';

const day = 86_400_000;
const repository = 'https://github.com/tukaani-project/xz';

describe.each(await databasesForTests())('what reviews remember on $name', ({ open }) => {
  test('a Scorecard is held against the best of the half year before, however often one scan is seen', async () => {
    const store = createReviewFactStore(await open());
    const seen = (onDay: number, score: number, of = repository) =>
      store.rememberScorecard({ repository: of, score, scannedAt: onDay * day });
    expect(await seen(100, 8.1)).toBeNull();
    expect(await seen(107, 7.4)).toBe(8.1);
    expect(await seen(114, 5.3)).toBe(8.1);
    expect(await seen(114, 5.3)).toBe(8.1);
    expect(await seen(100, 8.1)).toBeNull();
    // The first two are older by now than what counts.
    expect(await seen(290, 5.2)).toBe(5.3);
    // Nothing of the half year before: the last one stands.
    expect(await seen(900, 3)).toBe(5.2);
    expect(await seen(900, 9, 'https://github.com/other/xz')).toBeNull();
  });
});
