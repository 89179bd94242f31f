import type { EpochMs } from '../foundation/clock.ts';
import type { RandomBytes } from '../foundation/ids.ts';
import { appendEvent, type JournalTables } from '../journal/index.ts';
import type { Database } from '../platform/database/index.ts';
import { type Credential, isProven, makeCredential } from './credential.ts';
import type { GrantStore } from './grant-store.ts';
import type { Person, Scope } from './model.ts';
import type { PeopleStore } from './people-store.ts';
import type { AccountsTables } from './tables.ts';
import type { Proven } from './token-store.ts';

export const sessionLifetimeMs = 12 * 3_600_000;

export interface Session {
  readonly id: string;
  /** What the browser called itself. */
  readonly agent: string;
  readonly createdAt: EpochMs;
  readonly expiresAt: EpochMs;
}

export interface SessionStore {
  /** `text` goes into the cookie and is not stored. `token`: the session ends with it. */
  readonly start: (given: {
    readonly person: Person;
    readonly scopes: readonly Scope[];
    readonly token: { readonly id: string; readonly expiresAt: EpochMs } | null;
    readonly agent: string;
    readonly at: EpochMs;
  }) => Promise<{ readonly text: string; readonly expiresAt: EpochMs }>;
  readonly prove: (credential: Credential, at: EpochMs) => Promise<Proven | null>;
  /** Those that are open, newest first. */
  readonly sessionsOf: (person: string, at: EpochMs) => Promise<readonly Session[]>;
  /** One of one's own; the answer is the same whether there was one or not. */
  readonly end: (given: { readonly id: string; readonly person: string; readonly at: EpochMs }) => Promise<void>;
}

export function createSessionStore(given: {
  readonly db: Database<AccountsTables & JournalTables>;
  readonly people: PeopleStore;
  readonly grants: Pick<GrantStore, 'grantsOf'>;
  readonly random: RandomBytes;
}): SessionStore {
  const { db, people, grants, random } = given;
  return {
    start: async ({ person, scopes, token, agent, at }) => {
      const { text, id, secretHash } = makeCredential('sgs', random);
      const expiresAt = Math.min(at + sessionLifetimeMs, token?.expiresAt ?? Number.POSITIVE_INFINITY);
      await db.write(async (trx) => {
        await trx
          .insertInto('account_session')
          .values({
            id,
            secret_hash: secretHash,
            person: person.name,
            token_id: token?.id ?? null,
            scopes: JSON.stringify(scopes),
            agent: agent.slice(0, 200),
            created_at: at,
            expires_at: expiresAt,
            ended_at: null,
          })
          .execute();
        await appendEvent(trx, {
          at,
          kind: 'accounts.signed-in',
          subject: person.name,
          actor: person.name,
          payload: { session: id, by: token === null ? 'oidc' : `token ${token.id}` },
        });
      });
      return { text, expiresAt };
    },
    prove: async (credential, at) => {
      const row = await db.read
        .selectFrom('account_session')
        .selectAll()
        .where('id', '=', credential.id)
        .executeTakeFirst();
      if (!isProven(credential, row?.secret_hash) || row === undefined || credential.kind !== 'sgs') return null;
      if (row.ended_at !== null || row.expires_at <= at) return null;
      const person = await people.person(row.person);
      if (person === null) return null;
      const scopes = JSON.parse(row.scopes) as Scope[];
      return {
        principal: { kind: 'person', person, scopes, grants: await grants.grantsOf(person) },
        expiresAt: row.expires_at,
        id: row.id,
      };
    },
    sessionsOf: async (person, at) => {
      const rows = await db.read
        .selectFrom('account_session')
        .selectAll()
        .where('person', '=', person)
        .where('ended_at', 'is', null)
        .where('expires_at', '>', at)
        .orderBy('created_at', 'desc')
        .limit(100)
        .execute();
      return rows.map((row) => ({
        id: row.id,
        agent: row.agent,
        createdAt: row.created_at,
        expiresAt: row.expires_at,
      }));
    },
    end: ({ id, person, at }) =>
      db.write(async (trx) => {
        const ended = await trx
          .updateTable('account_session')
          .set({ ended_at: at })
          .where('id', '=', id)
          .where('person', '=', person)
          .where('ended_at', 'is', null)
          .returning('id')
          .executeTakeFirst();
        if (ended !== undefined)
          await appendEvent(trx, {
            at,
            kind: 'accounts.signed-out',
            subject: person,
            actor: person,
            payload: { session: id },
          });
      }),
  };
}
