/** LC-03: an emergency release takes two release managers. */
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type AccountsTables, createAccounts, makeCredential, type Person, type Role } from '../../accounts/index.ts';
import { type JournalTables, latestEvents } from '../../journal/index.ts';
import type { Database } from '../../platform/database/index.ts';
import { databasesForTests, openTestDatabase } from '../../platform/database/testing.ts';
import { createExceptionStore } from './index.ts';

type Tables = AccountsTables & JournalTables;

const hour = 3_600_000;
const random = (size: number) => new Uint8Array(randomBytes(size));
const everything: readonly Role[] = ['policy_admin', 'release_manager'];
const person = (name: string): Person => ({ name, roles: everything });
const [ada, ben] = [person('ada'), person('ben')];
const heads = new Map([['rolling', 'c1']]);
const wanted = { channel: 'rolling', commitId: 'c1', reason: 'exploited' };

async function house(db: Database<Tables>, people: readonly Person[]) {
  const accounts = createAccounts({ organisation: 'acme', db, random, verifyWorkload: null });
  for (const { name, roles } of people) {
    const { id, secretHash } = makeCredential('sg', random);
    const founder = { name, roles, email: `${name}@example.org`, identity: null, key: { id, secretHash } };
    expect(await accounts.people.found({ founder, at: 1 })).toMatchObject({ kind: 'done' });
  }
  return { accounts, store: createExceptionStore(db) };
}

test.each(await databasesForTests())('one asks, another approves, on $name', async (engine) => {
  const db = await engine.open<Tables>();
  const { store } = await house(db, [ada, ben]);
  expect(await store.ask({ ...wanted, reason: ' ', by: ada, at: 5 })).toMatchObject({ why: 'reason_missing' });
  expect(await store.ask({ ...wanted, by: person('eve'), at: 5 })).toMatchObject({ why: 'not_a_person' });
  const asked = await store.ask({ ...wanted, by: ada, at: 5 });
  const content = asked.kind === 'asked' ? asked.content : '';
  expect(await store.ask({ ...wanted, by: ben, at: 6 })).toEqual({ kind: 'asked', content });
  expect(await store.waiting(6)).toEqual([
    { ...wanted, content, askedBy: 'ada', askedAt: 5, expiresAt: 5 + 24 * hour },
  ]);
  expect(await store.approve({ content, by: ada, heads, at: 7 })).toEqual({ kind: 'refused', why: 'same_person' });
  const moved = new Map([['rolling', 'c2']]);
  expect(await store.approve({ content, by: ben, heads: moved, at: 7 })).toMatchObject({ why: 'overtaken' });
  const place = { channel: 'rolling', commitId: 'c1' };
  expect(await store.approved({ ...place, at: 8 })).toBeNull();
  expect(await store.approve({ content, by: ben, heads, at: 8 })).toMatchObject({ kind: 'approved' });
  expect(await store.approved({ ...place, at: 9 })).toEqual({ reason: 'exploited', by: 'ada', approvedBy: 'ben' });
  // For that commit, and for a day.
  expect(await store.approved({ ...place, commitId: 'c2', at: 9 })).toBeNull();
  expect(await store.approved({ ...place, at: 8 + 24 * hour })).toBeNull();
  expect(await store.waiting(9)).toEqual([]);
  const refused = await store.ask({ ...wanted, reason: 'once more', by: ben, at: 10 });
  const other = refused.kind === 'asked' ? refused.content : '';
  expect(await store.refuse({ content: other, by: ada, at: 11 })).toMatchObject({ kind: 'refused-it' });
  expect(await store.approve({ content: other, by: ada, heads, at: 12 })).toMatchObject({ why: 'no_proposal' });
  const events = await latestEvents(db, { limit: 4 });
  expect(events.map(({ kind, subject, actor }) => [kind, subject, actor])).toEqual([
    ['release.exception-refused', 'rolling', 'ada'],
    ['release.exception-asked', 'rolling', 'ben'],
    ['release.exception-approved', 'rolling', 'ben'],
    ['release.exception-asked', 'rolling', 'ada'],
  ]);
});

test('where only one is a release manager, nobody could approve', async () => {
  const db = await openTestDatabase<Tables>();
  const { store } = await house(db, [ada, { name: 'ben', roles: ['policy_admin'] }]);
  expect(await store.ask({ ...wanted, by: ada, at: 5 })).toEqual({ kind: 'refused', why: 'not_founded' });
  expect(await store.ask({ ...wanted, by: ben, at: 5 })).toEqual({ kind: 'refused', why: 'role_missing' });
});

const anyAct = fc.record({
  act: fc.constantFrom('ask' as const, 'approve' as const, 'refuse' as const, 'sock puppet' as const, 'wait' as const),
  which: fc.nat(5),
});

test('no order of acts of one release manager lets anything out', async () => {
  const db = await openTestDatabase<Tables>();
  const { accounts, store } = await house(db, [ada, ben]);
  const contents: string[] = [];
  let at = 2;
  await fc.assert(
    fc.asyncProperty(fc.array(anyAct, { minLength: 1, maxLength: 12 }), async (acts) => {
      for (const { act, which } of acts) {
        const content = contents[which % Math.max(1, contents.length)] ?? '';
        if (act === 'wait') at += which * 7 * hour;
        else if (act === 'ask') {
          const outcome = await store.ask({ ...wanted, reason: `reason ${which}`, by: ada, at });
          if (outcome.kind === 'asked') contents.push(outcome.content);
        } else if (act === 'sock puppet') {
          const email = which % 2 === 0 ? 'ada+2@example.org' : 'sock@example.org';
          const change = { kind: 'add', name: 'sock', roles: everything, email, identity: null, key: null } as const;
          const added = await accounts.people.propose({ change, by: ada, at });
          if (added.kind === 'proposed') await accounts.people.approve({ content: added.content, by: ada, at });
        } else
          for (const name of ['ada', 'sock', 'robot', 'operator'])
            await store[act]({ content, by: person(name), heads, at });
      }
      expect(await store.approved({ channel: 'rolling', commitId: 'c1', at })).toBeNull();
    }),
    { numRuns: 40 },
  );
  expect(contents.length).toBeGreaterThan(5);
});
