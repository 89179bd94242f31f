import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Interval, readVersionText } from './read-version-text.ts';

const [prose, bounds] = [true, false];
const below = (hi: string): Interval => ({ lo: null, loInclusive: true, hi, hiInclusive: false });
const upTo = (hi: string): Interval => ({ ...below(hi), hiInclusive: true });
const from = (lo: string, interval: Interval): Interval => ({ ...interval, lo });
const whole = (intervals: readonly Interval[], isProse: boolean) => ({ kind: 'intervals', intervals, isProse });

test.each([
  ['1.2.3', { kind: 'version', version: '1.2.3' }],
  [' 8u131 ', { kind: 'version', version: '8u131' }],
  ['22.1R6.2', { kind: 'version', version: '22.1R6.2' }],
  ['6.12.*', { kind: 'branch', first: '6.12', next: '6.13' }],
  ['4.5.x', { kind: 'branch', first: '4.5', next: '4.6' }],
  ['9.x.x', { kind: 'branch', first: '9', next: '10' }],
  ['*', { kind: 'all' }],
  ['All versions', { kind: 'all' }],
  ['0', { kind: 'none' }],
  ['n/a', { kind: 'none' }],
  ['unspecified', { kind: 'none' }],
  ['', { kind: 'none' }],
  // GitHub's writing: bounds.
  ['>= 2.36.0, < 2.36.4', whole([from('2.36.0', below('2.36.4'))], bounds)],
  ['>= 1.0 < 2.0', whole([from('1.0', below('2.0'))], bounds)],
  ['<4.0.0.7', whole([below('4.0.0.7')], bounds)],
  ['= 1.3', whole([from('1.3', upTo('1.3'))], bounds)],
  ['> 5.0.0, <= 5.0.4', whole([{ ...from('5.0.0', upTo('5.0.4')), loInclusive: false }], bounds)],
  ['< 1.0, >= 2.0, < 2.3', whole([below('1.0'), from('2.0', below('2.3'))], bounds)],
  ['>= 0, < 3', whole([below('3')], bounds)],
  ['>= 3', whole([{ lo: '3', loInclusive: true, hi: null, hiInclusive: false }], bounds)],
  // Prose: bounds, but no proof.
  ['5.7.22 and prior', whole([upTo('5.7.22')], prose)],
  ['versions 2.0.1 and earlier', whole([upTo('2.0.1')], prose)],
  ['2.8.3 or earlier', whole([upTo('2.8.3')], prose)],
  ['Before v2.24.1', whole([below('2.24.1')], prose)],
  ['All versions prior to 23.08.07', whole([below('23.08.07')], prose)],
  ['through 8.1.0', whole([upTo('8.1.0')], prose)],
  ['12.2.3 - 12.2.8', whole([from('12.2.3', upTo('12.2.8'))], prose)],
  ['9.18.0 through 9.18.7', whole([from('9.18.0', upTo('9.18.7'))], prose)],
  ['1.0 before 1.2', whole([from('1.0', below('1.2'))], prose)],
  ['log4j-core*', { kind: 'unreadable' }],
  ['See references', { kind: 'unreadable' }],
  ['7.2, 7.3, VIOS 3.1', { kind: 'unreadable' }],
  ['Java SE: 7u251, 8u241', { kind: 'unreadable' }],
  ['https://aka.ms/OfficeSecurityReleases1', { kind: 'unreadable' }],
  ['< 4.4.13 or so', { kind: 'unreadable' }],
  ['1'.repeat(400), { kind: 'unreadable' }],
])('%s', (text, expected) => {
  expect(readVersionText(text)).toEqual(expected);
});

test('any text is read without failure and in no time', () => {
  const pieces = fc.constantFrom(' ', '1', '.', 'x', '*', '<', '>=', ',', 'and prior', 'before ', 'v', '-', 'all ');
  fc.assert(
    fc.property(fc.oneof(fc.string({ maxLength: 300 }), fc.array(pieces, { maxLength: 80 })), (given) => {
      const text = typeof given === 'string' ? given : given.join('');
      const started = performance.now();
      const reading = readVersionText(text);
      expect(performance.now() - started).toBeLessThan(100);
      if (reading.kind === 'intervals') expect(reading.intervals.length).toBeGreaterThan(0);
    }),
  );
});
