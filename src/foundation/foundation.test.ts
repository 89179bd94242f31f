import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { toIso } from './clock.ts';
import { messageOf } from './errors.ts';
import { uuidV7 } from './ids.ts';
import { canonicalJson } from './json.ts';
import { version } from './version.ts';

describe('canonicalJson', () => {
  test.each([
    [{ b: 1, a: [{ d: null, c: 'x' }] }, '{"a":[{"c":"x","d":null}],"b":1}'],
    [{ a: undefined, b: 2 }, '{"b":2}'],
    ['text', '"text"'],
  ])('%j', (value, expected) => {
    expect(canonicalJson(value)).toBe(expected);
  });
});

test('uuidV7 holds its instant, version and variant', () => {
  const id = uuidV7(0x0190_1234_5678, (size) => new Uint8Array(size).fill(0xff));
  expect(id).toBe('01901234-5678-7fff-bfff-ffffffffffff');
});

test('toIso leaves out empty milliseconds', () => {
  expect(toIso(Date.UTC(2027, 2, 2, 10))).toBe('2027-03-02T10:00:00Z');
  expect(toIso(Date.UTC(2027, 2, 2, 10, 0, 0, 1))).toBe('2027-03-02T10:00:00.001Z');
});

test('messageOf folds a message onto one line', () => {
  expect(messageOf(new Error('one\n  two'))).toBe('one two');
});

test('the version is the one of package.json', () => {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  expect(JSON.parse(text)).toMatchObject({ version });
});
