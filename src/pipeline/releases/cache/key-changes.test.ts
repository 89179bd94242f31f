/** LC-03: which keys sign is decided by two policy admins. */
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type AccountsTables,
  createAccounts,
  makeCredential,
  type Person,
  type Role,
} from '../../../accounts/index.ts';
import { type CacheKey, parseSecretKey } from '../../../formats/nix/signature.ts';
import { type JournalTables, latestEvents } from '../../../journal/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import { databasesForTests, openTestDatabase } from '../../../platform/database/testing.ts';
import type { Signer } from '../../../platform/signer/index.ts';
import { createCacheKeys, createKeyChanges, type KeyChange } from '../index.ts';
import type { CacheTables } from './tables.ts';

type Tables = AccountsTables & CacheTables & JournalTables;

const day = 86_400_000;
const random = (size: number) => new Uint8Array(randomBytes(size));
const everything: readonly Role[] = ['policy_admin', 'release_manager'];
const person = (name: string): Person => ({ name, roles: everything });
const [ada, ben] = [person('ada'), person('ben')];

async function house(db: Database<Tables>) {
  const accounts = createAccounts({ organisation: 'acme', db, random, verifyWorkload: null });
  for (const name of ['ada', 'ben']) {
    const { id, secretHash } = makeCredential('sg', random);
    const founder = { name, roles: everything, email: `${name}@example.org`, identity: null, key: { id, secretHash } };
    expect(await accounts.people.found({ founder, at: 1 })).toMatchObject({ kind: 'done' });
  }
  const kept = new Map<string, CacheKey>();
  const signer: Signer = {
    keys: async () => [...kept.values()],
    add: async (name, text) => {
      const key = parseSecretKey(text);
      if (key === null || kept.has(name)) return false;
      kept.set(name, key);
      return true;
    },
    remove: async (name) => kept.delete(name),
  };
  const keys = createCacheKeys({ db, signer, random });
  await keys.generate({ name: 'k-1', at: 1, actor: 'robot' });
  return { accounts, keys, changes: createKeyChanges({ db, keys }), signing: () => [...kept.keys()] };
}

test.each(await databasesForTests())('one proposes, another approves, on $name', async (engine) => {
  const db = await engine.open<Tables>();
  const { changes, signing } = await house(db);
  const proposed = async (change: KeyChange, by = ada) => {
    const outcome = await changes.propose({ change, by, at: 5 });
    return outcome.kind === 'proposed' ? outcome.content : JSON.stringify(outcome);
  };
  const add: KeyChange = { kind: 'add', name: 'k-2' };
  const retire: KeyChange = { kind: 'retire', name: 'k-1' };
  expect(await proposed(retire)).toContain('only_key');
  expect(await proposed({ kind: 'retire', name: 'k-9' })).toContain('no_such_key');
  expect(await proposed({ kind: 'add', name: 'k-1' })).toContain('name_taken');
  expect(await proposed({ kind: 'add', name: 'a:b' })).toContain('bad_name');
  const content = await proposed(add);
  const other = await proposed({ kind: 'add', name: 'k-3' });
  expect(await changes.proposals(6)).toMatchObject([{ content, change: add, proposedBy: 'ada' }, { content: other }]);
  expect(await changes.approve({ content, by: ada, at: 6 })).toEqual({ kind: 'refused', why: 'same_person' });
  expect(signing()).toEqual(['k-1']);
  expect(await changes.approve({ content, by: ben, at: 6 })).toMatchObject({
    kind: 'done',
    key: { name: 'k-2', createdBy: 'ben' },
  });
  expect(signing()).toEqual(['k-1', 'k-2']);
  // It was agreed on beside other keys.
  expect(await changes.approve({ content: other, by: ben, at: 7 })).toEqual({ kind: 'refused', why: 'overtaken' });
  expect(await changes.withdraw({ content: other, by: ada, at: 7 })).toMatchObject({ kind: 'withdrawn' });
  const end = await proposed(retire, ben);
  expect(await changes.approve({ content: end, by: ada, at: 8 })).toMatchObject({
    kind: 'done',
    key: { retiredAt: 8 },
  });
  expect(signing()).toEqual(['k-2']);
  const events = await latestEvents(db, { limit: 3 });
  expect(events.map(({ kind, subject, actor }) => [kind, subject, actor])).toEqual([
    ['cache.key-retired', 'k-1', 'ada'],
    ['cache.key-change-approved', 'k-1', 'ada'],
    ['cache.key-change-proposed', 'k-1', 'ben'],
  ]);
});

const anyAct = fc.record({
  act: fc.constantFrom(
    'add' as const,
    'retire' as const,
    'approve' as const,
    'withdraw' as const,
    'sock puppet' as const,
    'wait' as const,
  ),
  which: fc.nat(5),
});

test('no order of acts of one policy admin exchanges a key', async () => {
  const db = await openTestDatabase<Tables>();
  const { accounts, changes, keys, signing } = await house(db);
  await keys.generate({ name: 'k-2', at: 1, actor: 'robot' });
  const contents: string[] = [];
  let at = 2;
  await fc.assert(
    fc.asyncProperty(fc.array(anyAct, { minLength: 1, maxLength: 12 }), async (acts) => {
      for (const { act, which } of acts) {
        const content = contents[which % Math.max(1, contents.length)] ?? '';
        if (act === 'wait') at += which * day;
        else if (act === 'add' || act === 'retire') {
          const outcome = await changes.propose({ change: { kind: act, name: `k-${which}` }, by: ada, at });
          if (outcome.kind === 'proposed') contents.push(outcome.content);
        } else if (act === 'sock puppet') {
          const email = which % 2 === 0 ? 'ada+2@example.org' : 'sock@example.org';
          const change = { kind: 'add', name: 'sock', roles: everything, email, identity: null, key: null } as const;
          const added = await accounts.people.propose({ change, by: ada, at });
          if (added.kind === 'proposed') await accounts.people.approve({ content: added.content, by: ada, at });
        } else
          for (const name of ['ada', 'sock', 'robot', 'operator'])
            await changes[act]({ content, by: person(name), at });
      }
      expect(signing()).toEqual(['k-1', 'k-2']);
    }),
    { numRuns: 40 },
  );
  expect(contents.length).toBeGreaterThan(5);
});
