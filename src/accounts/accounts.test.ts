import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type JournalTables, latestEvents } from '../journal/index.ts';
import { databasesForTests, openTestDatabase } from '../platform/database/testing.ts';
import {
  type Accounts,
  type AccountsTables,
  createAccounts,
  type Fingerprint,
  makeCredential,
  type PeopleChange,
  type Person,
  type Role,
  readCredential,
} from './index.ts';

type Tables = AccountsTables & JournalTables;

const random = (size: number) => new Uint8Array(randomBytes(size));
const day = 86_400_000;
const engines = await databasesForTests();

const keyOf = ({ id, secretHash }: Fingerprint): Fingerprint => ({ id, secretHash });
const fresh = () => keyOf(makeCredential('sg', random));
const admin = (name: string): Person => ({ name, roles: ['policy_admin'] });
const ada = admin('ada');
const grace = admin('grace');
const adding = (name: string, given: Partial<Extract<PeopleChange, { kind: 'add' }>> = {}): PeopleChange => ({
  kind: 'add',
  name,
  roles: ['analyst'],
  email: null,
  identity: null,
  key: null,
  ...given,
});

async function found(accounts: Accounts, names: readonly string[] = ['ada', 'grace']): Promise<void> {
  for (const name of names) {
    const founder = {
      name,
      roles: ['policy_admin'] as const,
      email: `${name}@example.org`,
      identity: null,
      key: fresh(),
    };
    expect(await accounts.people.found({ founder, at: 1 })).toMatchObject({ kind: 'done' });
  }
}

async function decided(accounts: Accounts, change: PeopleChange, at = 2) {
  const proposed = await accounts.people.propose({ change, by: ada, at });
  if (proposed.kind !== 'proposed') return proposed;
  return accounts.people.approve({ content: proposed.content, by: grace, at });
}

describe.each(engines)('on $name', (engine) => {
  const house = async () => {
    const db = await engine.open<Tables>();
    const accounts = createAccounts({ organisation: 'acme', db, random, verifyWorkload: null });
    await found(accounts);
    return { db, accounts, people: accounts.people, tokens: accounts.tokens, sessions: accounts.sessions };
  };

  // One for all refusals: they leave nothing behind.
  let untouched: ReturnType<typeof house> | undefined;

  describe('people', () => {
    test('the first two are policy admins, made by hand; a third is not', async () => {
      const accounts = createAccounts({
        organisation: 'acme',
        db: await engine.open<Tables>(),
        random,
        verifyWorkload: null,
      });
      const { people } = accounts;
      const founder = { name: 'ada', roles: ['analyst'] as Role[], email: null, identity: null, key: fresh() };
      expect(await people.found({ founder, at: 1 })).toEqual({ kind: 'refused', why: 'not_an_admin' });
      await found(accounts, ['ada']);
      expect(await people.propose({ change: adding('alan'), by: ada, at: 1 })).toMatchObject({ why: 'not_founded' });
      await found(accounts, ['grace']);
      const third = { ...founder, name: 'eve', roles: ['policy_admin'] as Role[], key: fresh() };
      expect(await people.found({ founder: third, at: 1 })).toEqual({ kind: 'refused', why: 'already_founded' });
    });

    test('a change waits for another policy admin, and stands in the journal', async () => {
      const { people, db } = await house();
      const change = adding('alan', { email: 'alan@example.org' });
      const proposed = await people.propose({ change, by: ada, at: 5 });
      if (proposed.kind !== 'proposed') throw new Error(JSON.stringify(proposed));
      const { content } = proposed;
      expect(await people.proposals(6)).toMatchObject([{ content, change, proposedBy: 'ada' }]);
      expect(await people.person('alan')).toBeNull();
      expect(await people.approve({ content, by: ada, at: 6 })).toEqual({ kind: 'refused', why: 'same_person' });
      expect(await people.approve({ content, by: { name: 'eve', roles: ['policy_admin'] }, at: 6 })).toEqual({
        kind: 'refused',
        why: 'not_a_person',
      });
      expect(await people.approve({ content, by: grace, at: 6 })).toMatchObject({ kind: 'done' });
      expect(await people.person('alan')).toEqual({ name: 'alan', roles: ['analyst'] });
      expect(await people.approve({ content, by: grace, at: 7 })).toEqual({ kind: 'refused', why: 'no_proposal' });
      const events = await latestEvents(db, { limit: 2 });
      expect(events.map(({ kind, subject, actor }) => ({ kind, subject, actor }))).toEqual([
        { kind: 'accounts.person-changed', subject: 'alan', actor: 'grace' },
        { kind: 'accounts.change-proposed', subject: 'alan', actor: 'ada' },
      ]);
      expect(events[0]?.payload).toMatchObject({ proposedBy: 'ada', change });
    });

    test('a proposal ends after a week, when withdrawn, and when the person changed meanwhile', async () => {
      const { accounts, people } = await house();
      const propose = async (change: PeopleChange, at: number) => {
        const outcome = await people.propose({ change, by: ada, at });
        return outcome.kind === 'proposed' ? outcome.content : '';
      };
      const late = await propose(adding('late'), 5);
      expect(await people.approve({ content: late, by: grace, at: 5 + 7 * day })).toMatchObject({ why: 'no_proposal' });
      const stopped = await propose(adding('stopped'), 6);
      expect(await people.withdraw({ content: stopped, by: grace, at: 7 })).toEqual({ kind: 'withdrawn' });
      expect(await people.approve({ content: stopped, by: grace, at: 8 })).toMatchObject({ why: 'no_proposal' });
      await decided(accounts, adding('alan'));
      const first = await propose({ kind: 'roles', name: 'alan', roles: ['reviewer'] }, 9);
      const second = await propose({ kind: 'roles', name: 'alan', roles: ['auditor'] }, 9);
      expect(await people.approve({ content: second, by: grace, at: 10 })).toMatchObject({ kind: 'done' });
      expect(await people.approve({ content: first, by: grace, at: 10 })).toMatchObject({ why: 'overtaken' });
    });

    test('what a policy admin proposed falls with them', async () => {
      const { people, accounts } = await house();
      await decided(accounts, adding('joan', { roles: ['policy_admin'] }));
      const proposed = await people.propose({ change: adding('friend'), by: ada, at: 3 });
      await expect(
        people
          .propose({ change: { kind: 'remove', name: 'ada' }, by: grace, at: 3 })
          .then((removal) =>
            removal.kind === 'proposed'
              ? people.approve({ content: removal.content, by: admin('joan'), at: 3 })
              : removal,
          ),
      ).resolves.toMatchObject({ kind: 'done' });
      const content = proposed.kind === 'proposed' ? proposed.content : '';
      expect(await people.approve({ content, by: grace, at: 4 })).toMatchObject({ why: 'overtaken' });
    });

    test.each<[string, PeopleChange, string]>([
      ['a name of the journal', adding('robot'), 'bad_name'],
      ['a name with capitals', adding('Alan'), 'bad_name'],
      ['a name that is taken', adding('ada'), 'name_taken'],
      ['an address of somebody', adding('ada2', { email: 'Ada+other@Example.org' }), 'email_taken'],
      ['no address', adding('alan', { email: 'alan' }), 'bad_email'],
      ['the last but one policy admin', { kind: 'remove', name: 'ada' }, 'last_admins'],
      ['their role', { kind: 'roles', name: 'ada', roles: ['analyst'] }, 'last_admins'],
      ['nobody', { kind: 'remove', name: 'nobody' }, 'no_such_person'],
      ['nothing', { kind: 'roles', name: 'ada', roles: ['policy_admin'] }, 'changes_nothing'],
    ])('refused: %s', async (_, change, why) => {
      untouched ??= house();
      const { people } = await untouched;
      expect(await people.propose({ change, by: ada, at: 2 })).toEqual({ kind: 'refused', why });
    });

    test('who is removed has no token, no session and no second name', async () => {
      const { accounts, people, sessions } = await house();
      const key = makeCredential('sg', random);
      await decided(accounts, adding('alan', { email: 'alan@example.org', key: keyOf(key) }));
      const alan: Person = { name: 'alan', roles: ['analyst'] };
      const session = await sessions.start({ person: alan, scopes: ['act'], token: null, agent: '', at: 3 });
      const before = readCredential(session.text);
      if (before === null) throw new Error('no credential');
      expect(await accounts.authenticate(key.text, 3)).toMatchObject({ kind: 'principal' });
      expect(await sessions.prove(before, 3)).not.toBeNull();
      expect(await decided(accounts, { kind: 'remove', name: 'alan' }, 4)).toMatchObject({ kind: 'done' });
      expect(await accounts.authenticate(key.text, 4)).toEqual({ kind: 'invalid' });
      expect(await sessions.prove(before, 4)).toBeNull();
      expect(await decided(accounts, adding('alan2', { email: 'alan@example.org' }), 5)).toMatchObject({
        why: 'email_taken',
      });
      expect(await decided(accounts, adding('alan', { email: 'other@example.org' }), 5)).toMatchObject({
        why: 'name_taken',
      });
      expect(await decided(accounts, adding('alan', { email: 'alan@example.org' }), 5)).toMatchObject({ kind: 'done' });
      expect(await accounts.authenticate(key.text, 6)).toEqual({ kind: 'invalid' });
      expect((await people.people()).map(({ name }) => name)).toEqual(['ada', 'alan', 'grace']);
    });

    test('only when tokens have expired does whoever runs the house give one again', async () => {
      const { accounts, people, tokens } = await house();
      await decided(accounts, adding('alan'));
      const recover = async (name: string, at: number) => {
        const { text, id, secretHash } = makeCredential('sg', random);
        const outcome = await people.recover({ name, key: { id, secretHash }, at });
        return outcome.kind === 'done' ? (await accounts.authenticate(text, at)).kind : outcome;
      };
      const graces = await tokens.tokensOf({ person: 'grace' });
      await tokens.revoke({ id: graces[0]?.id ?? '', by: ada, at: 5 });
      expect(await recover('grace', 6)).toEqual({ kind: 'refused', why: 'not_lost' });
      expect(await recover('alan', 91 * day)).toEqual({ kind: 'refused', why: 'not_an_admin' });
      expect(await recover('grace', 91 * day)).toBe('principal');
      expect(await recover('grace', 91 * day)).toEqual({ kind: 'refused', why: 'not_lost' });
      expect(await recover('ada', 91 * day)).toBe('principal');
    });

    test('a sign-in service vouches by identity, or by an address it has verified', async () => {
      const { accounts, people } = await house();
      await decided(accounts, adding('alan', { email: 'alan@example.org', identity: 'https://id.example 7' }));
      const who = async (identity: string, verifiedEmail: string | null) =>
        (await people.personByIdentity({ identity, verifiedEmail }))?.name ?? null;
      expect(await who('https://id.example 7', null)).toBe('alan');
      expect(await who('https://id.example 8', 'grace@example.org')).toBe('grace');
      // Who is known by an identity is not known by an address, which may be given to somebody else.
      expect(await who('https://id.example 8', 'alan@example.org')).toBeNull();
      expect(await who('https://id.example 8', null)).toBeNull();
    });
  });

  describe('tokens', () => {
    const own = { holder: { kind: 'person', name: 'ada' }, label: 'laptop', scopes: ['read', 'act'], by: ada } as const;

    test('shown once, stored as a digest, good until it expires', async () => {
      const { accounts, tokens, db } = await house();
      const made = await tokens.create({ ...own, lifetimeMs: day, at: 10 });
      if (made.kind !== 'created') throw new Error(made.why);
      expect(made.text).toMatch(/^sg_[0-9a-f]{16}[\w-]{43}$/);
      const rows = await db.read.selectFrom('account_token').selectAll().execute();
      expect(JSON.stringify(rows)).not.toContain(made.text.slice(19));
      expect(await accounts.authenticate(made.text, 10 + day - 1)).toMatchObject({
        kind: 'principal',
        principal: { kind: 'person', person: ada, scopes: ['read', 'act'] },
        expiresAt: 10 + day,
      });
      expect(await accounts.authenticate(made.text, 10 + day)).toEqual({ kind: 'invalid' });
    });

    test('one changed character opens nothing', async () => {
      const { accounts, tokens } = await house();
      const made = await tokens.create({ ...own, at: 10 });
      if (made.kind !== 'created') throw new Error(made.why);
      for (let place = 0; place < made.text.length; place += 5) {
        const other = made.text[place] === 'a' ? 'b' : 'a';
        const text = `${made.text.slice(0, place)}${other}${made.text.slice(place + 1)}`;
        expect(await accounts.authenticate(text, 11), text).toEqual({ kind: 'invalid' });
      }
      for (const text of ['', 'sg_', made.text.replace('sg_', 'sgs_'), made.text.replace('sg_', 'sgc_'), '\u0000'])
        expect(await accounts.authenticate(text, 11)).toEqual({ kind: 'invalid' });
    });

    test('what a token may do follows the roles as they are now', async () => {
      const { accounts, tokens } = await house();
      await decided(accounts, adding('alan'));
      const alan: Person = { name: 'alan', roles: ['analyst'] };
      const made = await tokens.create({ ...own, holder: { kind: 'person', name: 'alan' }, by: alan, at: 10 });
      await decided(accounts, { kind: 'roles', name: 'alan', roles: [] }, 11);
      expect(made.kind === 'created' && (await accounts.authenticate(made.text, 12))).toMatchObject({
        principal: { person: { name: 'alan', roles: [] } },
      });
    });

    const workload = { kind: 'workload', name: 'ci', organisation: 'acme', flake: 'secure' } as const;
    test.each([
      ['for another person', { holder: { kind: 'person', name: 'grace' } }, 'other_person'],
      ['by a stranger', { by: admin('eve') }, 'not_a_person'],
      [
        'by whose roles were only claimed',
        { holder: workload, scopes: ['read'], by: { ...ada, name: 'alan' } },
        'role_missing',
      ],
      ['a robot that acts', { holder: workload, scopes: ['act'] }, 'scope_not_for_workloads'],
      ['a robot without a proper name', { holder: { ...workload, name: 'C I' }, scopes: ['read'] }, 'bad_workload'],
      ['without a label', { label: ' ' }, 'bad_label'],
      ['that can do nothing', { scopes: [] }, 'no_scope'],
      ['for ever', { lifetimeMs: 367 * day }, 'bad_lifetime'],
      ['for no time', { lifetimeMs: 0 }, 'bad_lifetime'],
      ['for a time that is none', { lifetimeMs: Number.NaN }, 'bad_lifetime'],
    ] as const)('refused: %s', async (_, given, why) => {
      untouched ??= house();
      const { accounts, tokens } = await untouched;
      await decided(accounts, adding('alan'));
      expect(await tokens.create({ ...own, at: 10, ...given })).toEqual({ kind: 'refused', why });
    });

    test('revoked by oneself or a policy admin, with the session that began with it', async () => {
      const { accounts, tokens, sessions } = await house();
      await decided(accounts, adding('alan'));
      const made = await tokens.create({ ...own, at: 10 });
      if (made.kind !== 'created') throw new Error(made.why);
      const session = readCredential(
        (await sessions.start({ person: ada, scopes: ['act'], token: made.token, agent: '', at: 10 })).text,
      );
      const { id } = made.token;
      expect(await tokens.revoke({ id, by: { name: 'alan', roles: ['policy_admin'] }, at: 11 })).toBe('no_such_token');
      expect(await tokens.revoke({ id, by: grace, at: 11 })).toBe('revoked');
      expect(await accounts.authenticate(made.text, 12)).toEqual({ kind: 'invalid' });
      expect(session && (await sessions.prove(session, 12))).toBeNull();
    });

    test('a robot’s token names its place, and its use is noted', async () => {
      const { accounts, tokens } = await house();
      const made = await tokens.create({ ...own, holder: workload, scopes: ['publish'], at: 10 });
      if (made.kind !== 'created') throw new Error(made.why);
      expect(await accounts.authenticate(made.text, 20)).toMatchObject({
        principal: { kind: 'workload', name: 'robot:ci', organisation: 'acme', flake: 'secure', scopes: ['publish'] },
      });
      await expect.poll(async () => (await tokens.tokensOf('workloads'))[0]?.lastUsedAt).toBe(20);
    });
  });

  test('a closure token opens its closure for an hour', async () => {
    const { accounts } = await house();
    const storePath = '/nix/store/00000000000000000000000000000001-dep-1.0';
    const { text, expiresAt } = await accounts.closures.issue({ storePath, issuedTo: 'ada', at: 10 });
    expect(await accounts.authenticate(text, expiresAt - 1)).toEqual({ kind: 'closure', storePath });
    expect(await accounts.authenticate(text, expiresAt)).toEqual({ kind: 'invalid' });
  });

  test('a session is its own, and ends at once', async () => {
    const { sessions } = await house();
    const { text } = await sessions.start({ person: ada, scopes: ['act'], token: null, agent: 'Firefox', at: 10 });
    const credential = readCredential(text);
    if (credential === null) throw new Error('no credential');
    expect(await sessions.sessionsOf('ada', 11)).toMatchObject([{ id: credential.id, agent: 'Firefox' }]);
    await sessions.end({ id: credential.id, person: 'grace', at: 11 });
    expect(await sessions.prove(credential, 11)).not.toBeNull();
    await sessions.end({ id: credential.id, person: 'ada', at: 11 });
    expect(await sessions.prove(credential, 11)).toBeNull();
  });
});

/** What one person, policy admin or not, can try, in any order, with every name they can make up. */
const names = ['ada', 'ada2', 'eve', 'grace'] as const;
const anyChange = fc.oneof(
  fc.record({
    kind: fc.constant('add' as const),
    name: fc.constantFrom(...names),
    roles: fc.constant(['policy_admin', 'reviewer'] as const),
    email: fc.constantFrom(null, 'ada@example.org', 'ada+2@example.org', 'eve@example.org'),
    identity: fc.constant(null),
    key: fc.constant(null),
  }),
  fc.record({
    kind: fc.constant('roles' as const),
    name: fc.constantFrom(...names),
    roles: fc.constantFrom([], ['policy_admin', 'release_manager'] as const),
  }),
  fc.record({ kind: fc.constant('remove' as const), name: fc.constantFrom(...names) }),
  fc.record({
    kind: fc.constant('identity' as const),
    name: fc.constantFrom(...names),
    email: fc.constantFrom(null, 'ada@example.org', 'eve@example.org'),
    identity: fc.constantFrom(null, 'https://id.example 1'),
  }),
);
const anyAct = fc.oneof(
  fc.record({ act: fc.constant('propose' as const), change: anyChange }),
  fc.record({ act: fc.constant('approve' as const), which: fc.nat(8) }),
  fc.record({ act: fc.constant('withdraw' as const), which: fc.nat(8) }),
  fc.record({ act: fc.constant('found' as const), name: fc.constantFrom(...names) }),
  fc.record({ act: fc.constant('wait' as const), days: fc.nat(9) }),
);

test('no order of acts lets one policy admin change anything alone', async () => {
  const db = await openTestDatabase<Tables>();
  const accounts = createAccounts({ organisation: 'acme', db, random, verifyWorkload: null });
  await found(accounts);
  const { people } = accounts;
  // What grace has proposed in good faith is there to be abused.
  await people.propose({
    change: { kind: 'roles', name: 'ada', roles: ['policy_admin', 'auditor'] },
    by: grace,
    at: 2,
  });
  await people.withdraw({ content: (await people.proposals(2))[0]?.content ?? '', by: grace, at: 2 });
  const before = await people.people();
  const contents: string[] = [];
  let at = 3;
  await fc.assert(
    fc.asyncProperty(fc.array(anyAct, { minLength: 1, maxLength: 12 }), async (acts) => {
      for (const each of acts) {
        const content = contents[('which' in each ? each.which : 0) % Math.max(1, contents.length)] ?? '';
        if (each.act === 'wait') at += each.days * day;
        else if (each.act === 'found')
          await people.found({
            founder: { name: each.name, roles: ['policy_admin'], email: null, identity: null, key: fresh() },
            at,
          });
        else if (each.act === 'propose') {
          const outcome = await people.propose({ change: each.change, by: ada, at });
          if (outcome.kind === 'proposed') contents.push(outcome.content);
        } else {
          // By their own name, by names they made up, with roles they only claim.
          for (const name of ['ada', 'eve', 'robot']) await people[each.act]({ content, by: admin(name), at });
        }
      }
      expect(await people.people()).toEqual(before);
    }),
    { numRuns: 40 },
  );
  // They did get as far as proposing.
  expect(contents.length).toBeGreaterThan(0);
});
