import { expect, test } from 'vitest';
import { commitIntervalsOfEvents, type Interval, intervalsOfEvents, type OsvEvent } from './intervals-of-events.ts';

const events = (text: string): readonly OsvEvent[] =>
  text.split(' ').map((pair) => {
    const [kind = '', version = ''] = pair.split('=');
    return { kind: { i: 'introduced', f: 'fixed', l: 'last_affected' }[kind] as OsvEvent['kind'], version };
  });
const written = (intervals: readonly Interval[]) =>
  intervals
    .map(({ lo, loInclusive, hi, hiInclusive }) => `${loInclusive ? '[' : '('}${lo},${hi}${hiInclusive ? ']' : ')'}`)
    .join(' ');

test.each([
  ['i=0 f=1.1.14 i=1.2.0-rc.1 f=1.2.0-rc.3', '[null,1.1.14) [1.2.0-rc.1,1.2.0-rc.3)'],
  ['i=1 l=2', '[1,2]'],
  ['i=0', '[null,null)'],
  ['i=0 f=1 i=2', '[null,1) [2,null)'],
  // Out of order, as the definition allows.
  ['f=10.0 i=9.0 f=2.0 i=0', '[null,2.0) [9.0,10.0)'],
  ['f=1', ''],
])('%s', (text, expected) => {
  expect(written(intervalsOfEvents(events(text)))).toBe(expected);
});

test.each([
  ['i=0 f=aa', '[null,aa)', ''],
  // One fix a branch: whatever holds any of them is fixed.
  ['i=0 f=aa f=bb f=cc', '[null,aa)', '[bb,null) [cc,null)'],
  ['i=aa i=bb f=cc', '[aa,cc) [bb,cc)', ''],
  ['i=aa i=bb', '[aa,null) [bb,null)', ''],
  ['i=aa l=bb l=cc', '[aa,bb]', '(cc,null)'],
])('commits %s', (text, affected, unaffected) => {
  const found = commitIntervalsOfEvents(events(text));
  expect([written(found.affected), written(found.unaffected)]).toEqual([affected, unaffected]);
});
