import { expect, test } from 'vitest';
import type { NamedLine } from './model.ts';
import { lastDay, overlapFaults, successorOf, supportAt } from './support.ts';

const at = (text: string) => Date.parse(`${text}Z`);
const july = at('2027-07-01T00:00');

test.each([
  [null, null, '2027-01-01T00:00', { kind: 'open' }],
  ['2027-02-01T00:00', null, '2027-01-31T23:59', { kind: 'not-yet', from: at('2027-02-01T00:00') }],
  ['2027-02-01T00:00', null, '2027-02-01T00:00', { kind: 'open' }],
  [null, july, '2026-12-31T23:59', { kind: 'supported', until: july }],
  [null, july, '2027-01-01T00:00', { kind: 'ending', until: july, months: 6 }],
  [null, july, '2027-03-31T23:59', { kind: 'ending', until: july, months: 6 }],
  [null, july, '2027-04-01T00:00', { kind: 'ending', until: july, months: 3 }],
  [null, july, '2027-06-01T00:00', { kind: 'ending', until: july, months: 1 }],
  [null, july, '2027-06-30T23:59:59.999', { kind: 'ending', until: july, months: 1 }],
  [null, july, '2027-07-01T00:00', { kind: 'ended', since: july }],
  // The 31st of August has no namesake six months earlier.
  [null, at('2027-08-31T00:00'), '2027-02-27T23:59', { kind: 'supported', until: at('2027-08-31T00:00') }],
  [null, at('2027-08-31T00:00'), '2027-02-28T00:00', { kind: 'ending', until: at('2027-08-31T00:00'), months: 6 }],
])('from %s until %s, at %s', (from, until, now, expected) => {
  expect(supportAt({ from: from === null ? null : at(from), until }, at(now))).toEqual(expected);
});

test('the last day', () => expect(lastDay(july)).toBe('2027-06-30'));

function stable(id: string, from: string | null, until: string | null): NamedLine {
  const support = { from: from && at(`${from}T00:00`), until: until && at(`${until}T00:00`) + 86_400_000 };
  const minor = Number(id.replace('.', ''));
  return {
    id,
    line: {
      kind: 'stable',
      minor,
      over: null,
      cooldownMs: 0,
      support: { from: support.from || null, until: support.until || null },
    },
  };
}

test.each<[string, readonly NamedLine[], readonly RegExp[]]>([
  ['two months', [stable('26.05', null, '2026-12-31'), stable('26.11', '2026-11-01', null)], []],
  ['a day less', [stable('26.05', null, '2026-12-31'), stable('26.11', '2026-11-02', null)], [/^26\.05 ends/]],
  ['no beginning', [stable('26.05', null, '2026-12-31'), stable('26.11', null, null)], [/supported_from/]],
  ['no end', [stable('26.05', null, null), stable('26.11', '2026-11-30', null)], []],
  ['alone', [stable('26.05', null, '2026-12-31')], []],
  [
    'the next one counts, in any order',
    [stable('27.05', '2027-05-31', null), stable('26.05', null, '2026-12-31'), stable('26.11', '2026-10-31', null)],
    [],
  ],
])('overlap: %s', (_, lines, faults) => {
  const found = overlapFaults(lines);
  expect(found).toHaveLength(faults.length);
  faults.forEach((fault, index) => {
    expect(found[index]).toMatch(fault);
  });
});

test('a stable line has a successor, and so has what stands over one', () => {
  const lines = [stable('26.11', null, null), stable('26.05', null, null)];
  const [newest, old] = lines;
  expect(old && successorOf(old, lines)?.id).toBe('26.11');
  expect(newest && successorOf(newest, lines)).toBeNull();
  const fips = (over: string): NamedLine => {
    const { line } = stable(over, null, null);
    return { id: `${over}-fips`, line: { ...line, kind: 'variant', over } };
  };
  expect(successorOf(fips('26.05'), [...lines, fips('26.05')])).toBeNull();
  expect(successorOf(fips('26.05'), [...lines, fips('26.05'), fips('26.11')])?.id).toBe('26.11-fips');
});
