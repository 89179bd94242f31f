import { expect, test } from 'vitest';
import { ago, bytes, counted, day, duration, minute, promised } from './format-time.ts';

const [h, d] = [3_600_000, 86_400_000];

test.each([
  [0, 'under a minute'],
  [61_000, '1 min'],
  [h + 60_000 * 5, '1 h 5 min'],
  [6 * d + 4 * h + 60_000, '6 d 4 h'],
  [6 * d + 60_000, '6 d'],
  [40 * d + 5 * h, '40 d'],
  [-2 * h, '2 h'],
])('%i ms is %s', (milliseconds, text) => expect(duration(milliseconds)).toBe(text));

test('instants and amounts', () => {
  expect(ago(1000, 1000 + 2 * h)).toBe('2 h ago');
  expect(ago(1000 + 2 * h, 1000)).toBe('in 2 h');
  expect(ago(0, 59_000)).toBe('just now');
  expect(day(Date.UTC(2026, 4, 12, 23, 59))).toBe('12 May 2026');
  expect(minute(Date.UTC(2026, 4, 12, 14, 3))).toBe('2026-05-12 14:03 UTC');
  expect([promised(24 * h), promised(72 * h), promised(7 * d)]).toEqual(['24 hours', '72 hours', '7 days']);
  expect([bytes(1), bytes(1500), bytes(41_200_000)]).toEqual(['1 B', '1.5 kB', '41.2 MB']);
  expect([counted(1, 'fix', 'fixes'), counted(2, 'fix', 'fixes'), counted(27_201, 'advisory', 'advisories')]).toEqual([
    '1 fix',
    '2 fixes',
    '27,201 advisories',
  ]);
});
