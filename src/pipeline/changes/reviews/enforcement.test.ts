import { beforeEach, describe, expect, test } from 'vitest';
import type { Person } from '../../../accounts/index.ts';
import { eventsAfter, type JournalTables } from '../../../journal/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import { databasesForTests } from '../../../platform/database/testing.ts';
import { createEnforcement, type Enforcement } from './enforcement.ts';

const day = 86_400_000;
const ada: Person = { name: 'ada', roles: ['reviewer'] };
const ben: Person = { name: 'ben', roles: ['reviewer'] };
const mara: Person = { name: 'mara', roles: ['reviewer', 'security_lead'] };

describe.each(await databasesForTests())('enforced reviews on $name', ({ open }) => {
  let db: Database<JournalTables>;
  let enforcement: Enforcement;
  let at = 0;
  beforeEach(async () => {
    db = await open();
    enforcement = createEnforcement(db);
    at = 100 * day;
  });
  const mode = (configured: 'observe' | 'enforce', reviewers = 2) =>
    enforcement.modeOf({ configured, reviewers, at: at++ });
  const agree = (by: Person, reason = 'we move') => enforcement.agree({ by, reason, at: at++ });
  const kinds = async () => (await eventsAfter(db, 0, 100)).map(({ kind }) => kind);

  test('what the settings say holds until reviews are enforced, and is told once', async () => {
    expect([await mode('observe'), await mode('observe')]).toEqual(['observe', 'observe']);
    expect(await kinds()).toEqual([]);
    expect([await mode('enforce'), await mode('enforce')]).toEqual(['enforce', 'enforce']);
    expect(await kinds()).toEqual(['review.enforced']);
  });

  test('one person does not end it, however often; two do, and only until the next time', async () => {
    await mode('enforce');
    expect(await mode('observe')).toBe('enforce');
    for (let times = 0; times < 3; times++)
      expect(await agree(mara)).toEqual({ kind: 'agreed', by: ['mara'], lacks: 'second-reviewer' });
    expect(await mode('observe')).toBe('enforce');
    expect(await agree(ada)).toEqual({ kind: 'agreed', by: ['mara', 'ada'], lacks: null });
    expect(await mode('enforce')).toBe('enforce');
    expect(await mode('observe')).toBe('observe');
    await mode('enforce');
    expect(await mode('observe')).toBe('enforce');
  });

  test('one of them leads security, and both said so within a week', async () => {
    await mode('enforce');
    await agree(ada);
    expect(await agree(ben)).toMatchObject({ lacks: 'security-lead' });
    expect(await mode('observe')).toBe('enforce');
    at += 8 * day;
    expect(await agree(mara)).toMatchObject({ by: ['mara'], lacks: 'second-reviewer' });
    expect(await mode('observe')).toBe('enforce');
  });

  test('where there are no two reviewers who could agree, the settings hold', async () => {
    await mode('enforce', 0);
    expect(await mode('observe', 1)).toBe('observe');
    expect(await kinds()).toEqual(['review.enforced', 'review.observed']);
  });

  test.each([
    ['a robot', { name: 'robot', roles: ['reviewer'] }, 'x', 'not_a_person'],
    ['without the role', { name: 'eve', roles: ['policy_admin'] }, 'x', 'role_missing'],
    ['without a reason', ada, ' ', 'reason_missing'],
  ] as const)('refused: %s', async (_, by, reason, why) => {
    await mode('enforce');
    expect(await agree(by, reason)).toEqual({ kind: 'refused', why });
  });

  test('there is nothing to agree on where reviews are only observed', async () => {
    expect(await agree(ada)).toEqual({ kind: 'refused', why: 'not_enforced' });
  });
});
