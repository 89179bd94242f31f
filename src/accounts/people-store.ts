import type { Transaction } from 'kysely';
import type { EpochMs } from '../foundation/clock.ts';
import { appendEvent, type JournalTables } from '../journal/index.ts';
import type { Database } from '../platform/database/index.ts';
import { carryOut, everyone, personOf } from './carry-out.ts';
import type { Fingerprint } from './credential.ts';
import { type Person, type Role, refusalOf } from './model.ts';
import {
  applyChange,
  type ChangeFault,
  contentOfChange,
  isFounded,
  type KnownPerson,
  mailboxOf,
  type PeopleChange,
} from './people-change.ts';
import { type PeopleOutcome, refused } from './people-outcome.ts';
import type { AccountsTables } from './tables.ts';

type Tables = AccountsTables & JournalTables;

const proposalLifetimeMs = 7 * 24 * 3_600_000;

export interface Proposal {
  /** What the second person signs. */
  readonly content: string;
  readonly change: PeopleChange;
  readonly proposedBy: string;
  readonly proposedAt: EpochMs;
  readonly expiresAt: EpochMs;
}

type Founder = Omit<Extract<PeopleChange, { kind: 'add' }>, 'kind' | 'key'> & { readonly key: Fingerprint };

export interface PeopleStore {
  /** Everyone there is or was, by name. */
  readonly people: () => Promise<readonly KnownPerson[]>;
  /** Null also for those who were removed. */
  readonly person: (name: string) => Promise<Person | null>;
  /** Whom a sign-in service vouches for: by identity, else by an address that it has verified. */
  readonly personByIdentity: (given: {
    readonly identity: string;
    readonly verifiedEmail: string | null;
  }) => Promise<Person | null>;
  readonly proposals: (at: EpochMs) => Promise<readonly Proposal[]>;
  /** The first two policy admins, and only those, are added by whoever runs the house. */
  readonly found: (given: { readonly founder: Founder; readonly at: EpochMs }) => Promise<PeopleOutcome>;
  /**
   * A policy admin gets a token from whoever runs the house, once all tokens of so many have expired that no two are left who
   * could give one. A token that was revoked counts until it would have expired: nobody revokes their way to this.
   */
  readonly recover: (given: {
    readonly name: string;
    readonly key: Fingerprint;
    readonly at: EpochMs;
  }) => Promise<PeopleOutcome>;
  /** Without effect until another policy admin signs the same content. */
  readonly propose: (given: {
    readonly change: PeopleChange;
    readonly by: Person;
    readonly at: EpochMs;
  }) => Promise<PeopleOutcome>;
  readonly approve: (given: {
    readonly content: string;
    readonly by: Person;
    readonly at: EpochMs;
  }) => Promise<PeopleOutcome>;
  /** Any policy admin may stop what was only proposed. */
  readonly withdraw: (given: {
    readonly content: string;
    readonly by: Person;
    readonly at: EpochMs;
  }) => Promise<PeopleOutcome>;
}

export function createPeopleStore(db: Database<Tables>): PeopleStore {
  return {
    people: async () =>
      (await db.read.selectFrom('account_person').selectAll().orderBy('name').execute()).map(personOf),
    person: async (name) => {
      const row = await db.read
        .selectFrom('account_person')
        .select(['name', 'roles'])
        .where('name', '=', name)
        .where('removed_at', 'is', null)
        .executeTakeFirst();
      return row === undefined ? null : { name: row.name, roles: JSON.parse(row.roles) as Role[] };
    },
    personByIdentity: async ({ identity, verifiedEmail }) => {
      const rows = await db.read
        .selectFrom('account_person')
        .selectAll()
        .where('removed_at', 'is', null)
        .where((is) =>
          is.or([
            is('identity', '=', identity),
            ...(verifiedEmail === null
              ? []
              : [is.and([is('identity', 'is', null), is('mailbox', '=', mailboxOf(verifiedEmail))])]),
          ]),
        )
        .execute();
      const row = rows.find((each) => each.identity === identity) ?? rows[0];
      return row === undefined ? null : { name: row.name, roles: JSON.parse(row.roles) as Role[] };
    },
    proposals: async (at) => {
      const rows = await db.read
        .selectFrom('account_change')
        .selectAll()
        .where('outcome', 'is', null)
        .where('expires_at', '>', at)
        .orderBy('id')
        .execute();
      return rows.map((row) => ({
        content: row.content,
        change: JSON.parse(row.body) as PeopleChange,
        proposedBy: row.proposed_by,
        proposedAt: row.proposed_at,
        expiresAt: row.expires_at,
      }));
    },
    found: ({ founder, at }) =>
      db.write(async (trx) => {
        const people = await everyone(trx);
        if (isFounded(people)) return refused('already_founded');
        if (!founder.roles.includes('policy_admin')) return refused('not_an_admin');
        return carryOut(trx, { people, change: { kind: 'add', ...founder }, by: 'operator', proposedBy: null, at });
      }),
    recover: ({ name, key, at }) =>
      db.write(async (trx) => {
        const people = await everyone(trx);
        if (!isFounded(people)) return refused('not_founded');
        const admins = people.filter((person) => refusalOfAdmin(people, person) === null).map((person) => person.name);
        if (!admins.includes(name)) return refused('not_an_admin');
        const rows = await trx
          .selectFrom('account_token')
          .select('person')
          .distinct()
          .where('person', 'in', admins)
          .where('expires_at', '>', at)
          .execute();
        const able = rows.map(({ person }) => person);
        if (able.length >= 2 || able.includes(name)) return refused('not_lost');
        return carryOut(trx, { people, change: { kind: 'key', name, key }, by: 'operator', proposedBy: null, at });
      }),
    propose: ({ change, by, at }) =>
      db.write(async (trx) => {
        const people = await everyone(trx);
        const why = refusalOfAdmin(people, by) ?? faultOf(people, change, at);
        if (why !== null) return refused(why);
        if (!isFounded(people)) return refused('not_founded');
        const content = contentOfChange(change, people.find(({ name }) => name === change.name) ?? null);
        const open = await openProposal(trx, content, at);
        if (open !== undefined) return { kind: 'proposed', content };
        await trx
          .insertInto('account_change')
          .values({
            content,
            body: JSON.stringify(change),
            proposed_by: by.name,
            proposed_at: at,
            expires_at: at + proposalLifetimeMs,
            outcome: null,
            decided_by: null,
            decided_at: null,
          })
          .execute();
        await appendEvent(trx, {
          at,
          kind: 'accounts.change-proposed',
          subject: change.name,
          actor: by.name,
          payload: { content, change },
        });
        return { kind: 'proposed', content };
      }),
    approve: ({ content, by, at }) =>
      db.write(async (trx) => {
        const people = await everyone(trx);
        const why = refusalOfAdmin(people, by);
        if (why !== null) return refused(why);
        const proposal = await openProposal(trx, content, at);
        if (proposal === undefined) return refused('no_proposal');
        if (proposal.proposed_by === by.name) return refused('same_person');
        const proposer = people.find(({ name }) => name === proposal.proposed_by);
        const change = JSON.parse(proposal.body) as PeopleChange;
        const before = people.find(({ name }) => name === change.name) ?? null;
        const stale = proposer === undefined || refusalOfAdmin(people, proposer) !== null;
        if (stale || contentOfChange(change, before) !== content) return refused('overtaken');
        const outcome = await carryOut(trx, { people, change, by: by.name, proposedBy: proposal.proposed_by, at });
        if (outcome.kind === 'done') await decide(trx, proposal.id, { outcome: 'approved', by, at });
        return outcome;
      }),
    withdraw: ({ content, by, at }) =>
      db.write(async (trx) => {
        const why = refusalOfAdmin(await everyone(trx), by);
        if (why !== null) return refused(why);
        const proposal = await openProposal(trx, content, at);
        if (proposal === undefined) return refused('no_proposal');
        await decide(trx, proposal.id, { outcome: 'withdrawn', by, at });
        await appendEvent(trx, {
          at,
          kind: 'accounts.change-withdrawn',
          subject: (JSON.parse(proposal.body) as PeopleChange).name,
          actor: by.name,
          payload: { content, proposedBy: proposal.proposed_by },
        });
        return { kind: 'withdrawn' };
      }),
  };
}

async function openProposal(trx: Transaction<Tables>, content: string, at: EpochMs) {
  return trx
    .selectFrom('account_change')
    .selectAll()
    .where('content', '=', content)
    .where('outcome', 'is', null)
    .where('expires_at', '>', at)
    .executeTakeFirst();
}

async function decide(
  trx: Transaction<Tables>,
  id: number,
  { outcome, by, at }: { readonly outcome: 'approved' | 'withdrawn'; readonly by: Person; readonly at: EpochMs },
): Promise<void> {
  await trx
    .updateTable('account_change')
    .set({ outcome, decided_by: by.name, decided_at: at })
    .where('id', '=', id)
    .execute();
}

// By what is stored now: what the caller knows of the person may be older.
function refusalOfAdmin(people: readonly KnownPerson[], { name }: Person): 'not_a_person' | 'role_missing' | null {
  const person = people.find((each) => each.name === name && each.removedAt === null);
  return person === undefined ? 'not_a_person' : refusalOf(person, 'policy_admin');
}

function faultOf(people: readonly KnownPerson[], change: PeopleChange, at: EpochMs): ChangeFault | null {
  const applied = applyChange(people, change, at);
  return applied.kind === 'fault' ? applied.why : null;
}
