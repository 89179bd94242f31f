import type { EpochMs } from '../foundation/clock.ts';
import { appendEvent, type JournalTables } from '../journal/index.ts';
import type { Database } from '../platform/database/index.ts';
import { carryOut } from './carry-out.ts';
import type { Fingerprint } from './credential.ts';
import { everyone, personOf } from './known-people.ts';
import type { Person, Role } from './model.ts';
import {
  applyChange,
  type ChangeFault,
  contentOfChange,
  type KnownPerson,
  mailboxOf,
  type PeopleChange,
} from './people-change.ts';
import { type PeopleOutcome, refused } from './people-outcome.ts';
import {
  approvable,
  canDecide,
  holderFault,
  holdersOf,
  lapseProposals,
  markApproved,
  openProposals,
  propose,
  withdraw,
} from './proposals.ts';
import type { AccountsTables } from './tables.ts';

type Tables = AccountsTables & JournalTables;

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
  /** Ends proposals of every matter that nobody signed in time; gives how many there were. */
  readonly lapse: (at: EpochMs) => Promise<number>;
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
    proposals: async (at) =>
      (await openProposals(db.read, 'people', at)).map(({ content, body, proposedBy, proposedAt, expiresAt }) => ({
        content,
        change: JSON.parse(body) as PeopleChange,
        proposedBy,
        proposedAt,
        expiresAt,
      })),
    found: ({ founder, at }) =>
      db.write(async (trx) => {
        const people = await everyone(trx);
        if (canDecide(people, 'people')) return refused('already_founded');
        if (!founder.roles.includes('policy_admin')) return refused('not_an_admin');
        return carryOut(trx, { people, change: { kind: 'add', ...founder }, by: 'operator', proposedBy: null, at });
      }),
    recover: ({ name, key, at }) =>
      db.write(async (trx) => {
        const people = await everyone(trx);
        if (!canDecide(people, 'people')) return refused('not_founded');
        const admins = holdersOf(people, 'people');
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
        const why = holderFault(people, 'people', by) ?? faultOf(people, change, at);
        if (why !== null) return refused(why);
        const content = contentOfChange(change, people.find(({ name }) => name === change.name) ?? null);
        const { name: subject } = change;
        const outcome = await propose(trx, { matter: 'people', subject, content, body: change, by, at });
        if (outcome.kind === 'refused') return refused(outcome.why);
        if (outcome.kind === 'proposed')
          await appendEvent(trx, {
            at,
            kind: 'accounts.change-proposed',
            subject,
            actor: by.name,
            payload: { content, change },
          });
        return { kind: 'proposed', content };
      }),
    approve: ({ content, by, at }) =>
      db.write(async (trx) => {
        const signed = await approvable(trx, { matter: 'people', content, by, at });
        if (signed.kind === 'refused') return refused(signed.why);
        const { proposal } = signed;
        const people = await everyone(trx);
        const change = JSON.parse(proposal.body) as PeopleChange;
        const before = people.find(({ name }) => name === change.name) ?? null;
        if (contentOfChange(change, before) !== content) return refused('overtaken');
        const { proposedBy } = proposal;
        const outcome = await carryOut(trx, { people, change, by: by.name, proposedBy, at });
        if (outcome.kind === 'done') await markApproved(trx, proposal, { by, at });
        return outcome;
      }),
    lapse: (at) => lapseProposals(db, at),
    withdraw: ({ content, by, at }) =>
      db.write(async (trx) => {
        const signed = await withdraw(trx, { matter: 'people', content, by, at });
        if (signed.kind === 'refused') return refused(signed.why);
        const { body, proposedBy } = signed.proposal;
        const change = JSON.parse(body) as PeopleChange;
        await appendEvent(trx, {
          at,
          kind: 'accounts.change-withdrawn',
          subject: change.name,
          actor: by.name,
          payload: { content, change, proposedBy },
        });
        return { kind: 'withdrawn' };
      }),
  };
}

function faultOf(people: readonly KnownPerson[], change: PeopleChange, at: EpochMs): ChangeFault | null {
  const applied = applyChange(people, change, at);
  return applied.kind === 'fault' ? applied.why : null;
}
