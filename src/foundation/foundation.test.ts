import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { isoOrNull, toIso } from './clock.ts';
import { decodedOrNull } from './decoded.ts';
import { messageOf } from './errors.ts';
import { uuidV7 } from './ids.ts';
import { canonicalJson, jsonOrNull } from './json.ts';
import { order } from './order.ts';
import { someOf } from './some-of.ts';
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

test.each([
  ['{"a":1}', { a: 1 }],
  ['{"a":', null],
  ['', null],
])('jsonOrNull of %j', (text, expected) => {
  expect(jsonOrNull(text)).toEqual(expected);
});

test.each([
  ['a%20b%2Fc', 'a b/c'],
  ['a+b', 'a+b'],
  ['100%', null],
  ['%ff', null],
])('decodedOrNull of %j', (text, expected) => {
  expect(decodedOrNull(text)).toBe(expected);
});

test('order is the same on every machine: by value, and by code unit', () => {
  expect(['ä', 'b', 'B', 'a'].sort(order)).toEqual(['B', 'a', 'b', 'ä']);
  expect([10, 9, 9].toSorted(order)).toEqual([9, 9, 10]);
  expect(order(2n ** 64n, 2n ** 64n + 1n)).toBe(-1);
});

test.each([
  [[], ''],
  [['a', 'b'], 'a, b'],
  [['a', 'b', 'c', 'd'], 'a, b and 2 more'],
])('someOf %j', (names, expected) => {
  expect(someOf(names, 2)).toBe(expected);
});

test('uuidV7 holds its instant, version and variant', () => {
  const id = uuidV7(0x0190_1234_5678, (size) => new Uint8Array(size).fill(0xff));
  expect(id).toBe('01901234-5678-7fff-bfff-ffffffffffff');
});

test('toIso leaves out empty milliseconds', () => {
  expect(toIso(Date.UTC(2027, 2, 2, 10))).toBe('2027-03-02T10:00:00Z');
  expect(toIso(Date.UTC(2027, 2, 2, 10, 0, 0, 1))).toBe('2027-03-02T10:00:00.001Z');
  expect(isoOrNull(null)).toBeNull();
});

test('messageOf folds a message onto one line', () => {
  expect(messageOf(new Error('one\n  two'))).toBe('one two');
});

test('the version is the one of package.json', () => {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  expect(JSON.parse(text)).toMatchObject({ version });
});
