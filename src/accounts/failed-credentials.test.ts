import { expect, test } from 'vitest';
import { createFailedCredentials } from './index.ts';

const minute = 60_000;

test('twenty bad credentials within ten minutes, then that address waits and no other', () => {
  const failed = createFailedCredentials();
  for (let count = 0; count < 20; count++) {
    expect(failed.waitOf('192.0.2.1', count)).toBeNull();
    failed.note('192.0.2.1', count);
  }
  expect(failed.waitOf('192.0.2.1', 20)).toBe(10 * minute - 20);
  expect(failed.waitOf('192.0.2.2', 20)).toBeNull();
  expect(failed.waitOf('192.0.2.1', 10 * minute)).toBeNull();
});

test.each([
  ['2001:db8::1', '2001:db8:0:0:ffff::9', true],
  ['2001:db8::1', '2001:db8:0:1::1', false],
  ['::ffff:192.0.2.1', '192.0.2.1', true],
  ['::1', '::2', true],
])('%s and %s are one: %s', (one, other, same) => {
  const failed = createFailedCredentials();
  for (let count = 0; count < 20; count++) failed.note(one, 0);
  expect(failed.waitOf(other, 1) !== null).toBe(same);
});

test('a hundred thousand addresses take no more memory than ten thousand; the last ones are remembered', () => {
  const failed = createFailedCredentials();
  const before = process.memoryUsage().heapUsed;
  for (let count = 0; count < 100_000; count++)
    failed.note(`10.${count >> 16}.${(count >> 8) & 255}.${count & 255}`, 0);
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(30_000_000);
  for (let count = 0; count < 20; count++) failed.note('192.0.2.1', 0);
  expect(failed.waitOf('192.0.2.1', 1)).not.toBeNull();
});
