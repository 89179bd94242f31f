import { expect, test } from 'vitest';
import { eventsAfter, type JournalTables } from '../../../journal/index.ts';
import { openTestDatabase } from '../../../platform/database/testing.ts';
import { announceSupport } from './announce-support.ts';
import type { NamedLine } from './model.ts';
import type { LineTables } from './tables.ts';

const at = (text: string) => Date.parse(`${text}T00:00:00Z`);
const stable = (id: string, until: string | null): NamedLine => ({
  id,
  line: {
    kind: 'stable',
    minor: Number(id.replace('.', '')),
    over: null,
    cooldownMs: 0,
    support: { from: null, until: until === null ? null : at(until) },
  },
});

test('each step is told once, an end that is moved anew, and what was slept through is not made up for', async () => {
  const db = await openTestDatabase<LineTables & JournalTables>();
  const told = async (now: string, end: string) => {
    const before = (await eventsAfter(db, 0, 100)).length;
    const lines = [stable('26.05', end), stable('26.11', null)];
    await announceSupport(db, { lines, now: at(now) });
    await announceSupport(db, { lines, now: at(now) + 3_600_000 });
    return (await eventsAfter(db, 0, 100)).slice(before).map(({ kind, payload }) => [kind, payload.lastDay]);
  };
  expect(await told('2026-06-30', '2027-01-01')).toEqual([]);
  expect(await told('2026-07-01', '2027-01-01')).toEqual([['channel.ending', '2026-12-31']]);
  expect(await told('2026-08-01', '2027-01-01')).toEqual([]);
  expect(await told('2026-08-02', '2027-02-01')).toEqual([['channel.ending', '2027-01-31']]);
  expect(await told('2027-01-15', '2027-02-01')).toEqual([['channel.ending', '2027-01-31']]);
  expect(await told('2027-02-01', '2027-02-01')).toEqual([['channel.ended', '2027-01-31']]);
  expect(await told('2027-03-01', '2027-02-01')).toEqual([]);
  const [first] = await eventsAfter(db, 0, 1);
  expect(first).toMatchObject({ subject: '26.05', payload: { channel: '26.05', successor: '26.11' } });
});
