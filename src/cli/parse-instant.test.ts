import { expect, test } from 'vitest';
import { parseInstant } from './parse-instant.ts';

test.each([
  ['2027-03-01', '2027-03-01T00:00:00.000Z'],
  ['2028-02-29', '2028-02-29T00:00:00.000Z'],
  ['2027-03-01T12:30Z', '2027-03-01T12:30:00.000Z'],
  ['2027-03-01T12:30:05.25Z', '2027-03-01T12:30:05.250Z'],
  ['2027-03-28T00:30:00+01:00', '2027-03-27T23:30:00.000Z'],
])('%s is %s, wherever it is read', (text, expected) => {
  expect(new Date(parseInstant(text)).toISOString()).toBe(expected);
});

test.each([
  '',
  'tomorrow',
  '2027-02-30',
  '2027-13-01',
  '2027-03-01T25:00Z',
  '2027-03-01T12:00:00',
  '1 March 2027',
  '2027',
])('%j is refused', (text) => {
  expect(() => parseInstant(text)).toThrow('is not a date');
});
