import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { type JournalTables, latestEvents } from '../journal/index.ts';
import { databasesForTests } from '../platform/database/testing.ts';
import { type AccountsTables, createAccounts, makeCredential, mayRead, type Role } from './index.ts';

const random = (size: number) => new Uint8Array(randomBytes(size));

describe.each(await databasesForTests())('who was let in on $name', (engine) => {
  /** A house of acme with two admins, whose people are known by their tokens. */
  const house = async () => {
    const db = await engine.open<AccountsTables & JournalTables>();
    const accounts = createAccounts({ db, random, organisation: 'acme', verifyWorkload: null });
    const add = (name: string, roles: readonly Role[]) => {
      const key = makeCredential('sg', random);
      const change = { kind: 'add', name, roles, email: `${name}@example.org`, identity: null, key } as const;
      return { change, text: key.text };
    };
    const ada = add('ada', ['policy_admin']);
    const grace = add('grace', ['policy_admin', 'release_manager']);
    for (const { change } of [ada, grace]) await accounts.people.found({ founder: change, at: 1 });
    const admit = async (name: string, roles: readonly Role[]) => {
      const { change, text } = add(name, roles);
      const [by, second] = await Promise.all([accounts.people.person('ada'), accounts.people.person('grace')]);
      if (by === null || second === null) throw new Error('no house');
      const proposed = await accounts.people.propose({ change, by, at: 2 });
      if (proposed.kind !== 'proposed') throw new Error(proposed.kind);
      await accounts.people.approve({ content: proposed.content, by: second, at: 3 });
      return text;
    };
    const sees = async (text: string, organisation: string, flake: string) => {
      const found = await accounts.authenticate(text, 10);
      return found.kind === 'principal' && mayRead(found.principal, { organisation, flake, visibility: 'private' });
    };
    const person = async (name: string) => {
      const found = await accounts.people.person(name);
      if (found === null) throw new Error(name);
      return found;
    };
    return { db, accounts, admit, sees, person };
  };

  test('people of the house belong to its organisation, and to no other', async () => {
    const { admit, sees } = await house();
    const alan = await admit('alan', ['analyst']);
    const guest = await admit('mallory', []);
    expect([await sees(alan, 'Acme', 'inner'), await sees(alan, 'other', 'inner')]).toEqual([true, false]);
    expect([await sees(guest, 'acme', 'inner'), await sees(guest, 'other', 'inner')]).toEqual([false, false]);
  });

  test('an owner lets others in and takes them out, at once and in the journal', async () => {
    const { db, accounts, admit, sees, person } = await house();
    const { grants } = accounts;
    const [owner, guest] = [await admit('olga', []), await admit('mallory', [])];
    const all = { organisation: 'Other', flake: null };
    const one = { organisation: 'other', flake: 'Tool' };
    expect(
      await grants.set({ place: all, person: 'olga', role: 'owner', by: await person('olga'), at: 5 }),
    ).toMatchObject({ kind: 'refused' });
    const set = async (place: typeof all | typeof one, name: string, role: 'owner' | 'reader' | null, by: string) =>
      (await grants.set({ place, person: name, role, by: await person(by), at: 5 })).kind;
    expect(await set(all, 'olga', 'owner', 'ada')).toBe('granted');
    expect(await set(one, 'mallory', 'reader', 'olga')).toBe('granted');
    expect(await set(one, 'mallory', 'reader', 'olga')).toBe('unchanged');
    expect([await sees(owner, 'other', 'tool'), await sees(guest, 'OTHER', 'tool')]).toEqual([true, true]);
    expect(await sees(guest, 'other', 'more')).toBe(false);
    expect(await set(one, 'mallory', 'owner', 'mallory')).toBe('refused');
    expect(await set(one, 'nobody', 'reader', 'olga')).toBe('refused');
    expect(await set({ organisation: 'acme', flake: null }, 'mallory', 'reader', 'olga')).toBe('refused');
    expect((await grants.members('OTHER')).map(({ person: name, flake, role }) => [name, flake, role])).toEqual([
      ['olga', null, 'owner'],
      ['mallory', 'Tool', 'reader'],
    ]);
    expect(await set(one, 'mallory', null, 'olga')).toBe('revoked');
    expect(await set(one, 'mallory', null, 'olga')).toBe('unchanged');
    expect(await sees(guest, 'other', 'tool')).toBe(false);
    const events = await latestEvents(db, { limit: 3 });
    expect(events.map(({ kind, subject, actor }) => [kind, subject, actor])).toEqual([
      ['accounts.grant-revoked', 'mallory', 'olga'],
      ['accounts.granted', 'mallory', 'olga'],
      ['accounts.granted', 'olga', 'ada'],
    ]);
  });
});
