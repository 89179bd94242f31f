import type { EpochMs } from '../foundation/clock.ts';
import type { RandomBytes } from '../foundation/ids.ts';
import { appendEvent, type JournalTables } from '../journal/index.ts';
import type { Database } from '../platform/database/index.ts';
import { type Credential, isProven, makeCredential } from './credential.ts';
import type { GrantStore } from './grant-store.ts';
import type { Person, Principal, Scope } from './model.ts';
import type { PeopleStore } from './people-store.ts';
import type { AccountsTables } from './tables.ts';
import { defaultTokenLifetimeMs, maxTokenLifetimeMs } from './token-rows.ts';

type Tables = AccountsTables & JournalTables;

// A use is noted this often: reading must not wait for writing.
const useNotedEveryMs = 10 * 60_000;

/** For a person, or for a workload of an organisation (`flake` null: of all its flakes). */
export type TokenHolder =
  | { readonly kind: 'person'; readonly name: string }
  | {
      readonly kind: 'workload';
      readonly name: string;
      readonly organisation: string;
      readonly flake: string | null;
    };

export interface Token {
  /** Public: how it is named when it is revoked. */
  readonly id: string;
  readonly label: string;
  readonly holder: TokenHolder;
  readonly scopes: readonly Scope[];
  readonly createdAt: EpochMs;
  readonly createdBy: string;
  readonly expiresAt: EpochMs;
  readonly revokedAt: EpochMs | null;
  /** Right to within ten minutes. */
  readonly lastUsedAt: EpochMs | null;
}

export type CreateTokenOutcome =
  /** `text` is shown once and not stored. */
  | { readonly kind: 'created'; readonly token: Token; readonly text: string }
  | {
      readonly kind: 'refused';
      readonly why:
        | 'not_a_person'
        | 'role_missing'
        /** Nobody makes a token for another person. */
        | 'other_person'
        | 'bad_label'
        | 'bad_workload'
        | 'no_scope'
        | 'scope_not_for_workloads'
        | 'bad_lifetime';
    };

/** Who holds a credential that is good now, and until when it is. */
export interface Proven {
  readonly principal: Principal;
  readonly expiresAt: EpochMs;
  readonly id: string;
}

export interface TokenStore {
  readonly create: (given: {
    readonly holder: TokenHolder;
    readonly label: string;
    readonly scopes: readonly Scope[];
    readonly lifetimeMs?: number;
    readonly by: Person;
    readonly at: EpochMs;
  }) => Promise<CreateTokenOutcome>;
  /** A person's own ones, or every workload's; newest first, those that ended too. */
  readonly tokensOf: (holder: { readonly person: string } | 'workloads') => Promise<readonly Token[]>;
  /** One's own, or any by a policy admin: what stops access needs no second person. */
  readonly revoke: (given: {
    readonly id: string;
    readonly by: Person;
    readonly at: EpochMs;
  }) => Promise<'revoked' | 'no_such_token'>;
  /** Null unless it is a token that was not revoked, has not expired, and whose person is still one of the house. */
  readonly prove: (credential: Credential, at: EpochMs) => Promise<Proven | null>;
}

export function createTokenStore(given: {
  readonly db: Database<Tables>;
  readonly people: PeopleStore;
  readonly grants: Pick<GrantStore, 'grantsOf'>;
  readonly random: RandomBytes;
}): TokenStore {
  const { db, people, grants, random } = given;
  const noting = new Set<string>();
  return {
    create: async ({ holder, label, scopes, lifetimeMs = defaultTokenLifetimeMs, by, at }) => {
      const person = await people.person(by.name);
      const why = person === null ? 'not_a_person' : refusalOf({ holder, label, scopes, lifetimeMs, by: person });
      if (why !== null) return { kind: 'refused', why };
      const { text, id, secretHash } = makeCredential('sg', random);
      const workload = holder.kind === 'workload' ? holder : null;
      const row: AccountsTables['account_token'] = {
        id,
        secret_hash: secretHash,
        label: label.trim(),
        person: workload === null ? holder.name : null,
        workload: workload?.name ?? null,
        organisation: workload?.organisation ?? null,
        flake: workload?.flake ?? null,
        scopes: JSON.stringify([...new Set(scopes)]),
        created_at: at,
        created_by: by.name,
        expires_at: at + lifetimeMs,
        revoked_at: null,
        last_used_at: null,
      };
      await db.write(async (trx) => {
        await trx.insertInto('account_token').values(row).execute();
        await appendEvent(trx, {
          at,
          kind: 'accounts.token-created',
          subject: id,
          actor: by.name,
          payload: { label: row.label, holder, scopes, expiresAt: row.expires_at },
        });
      });
      return { kind: 'created', token: tokenOf(row), text };
    },
    tokensOf: async (holder) => {
      const all = db.read.selectFrom('account_token').selectAll().orderBy('created_at', 'desc').orderBy('id');
      const own =
        holder === 'workloads' ? all.where('workload', 'is not', null) : all.where('person', '=', holder.person);
      return (await own.limit(500).execute()).map(tokenOf);
    },
    revoke: ({ id, by, at }) =>
      db.write(async (trx) => {
        const row = await trx.selectFrom('account_token').selectAll().where('id', '=', id).executeTakeFirst();
        const admin = await trx
          .selectFrom('account_person')
          .select('roles')
          .where('name', '=', by.name)
          .where('removed_at', 'is', null)
          .executeTakeFirst();
        const mayStop =
          row?.person === by.name || (JSON.parse(admin?.roles ?? '[]') as string[]).includes('policy_admin');
        if (row === undefined || !mayStop) return 'no_such_token';
        if (row.revoked_at !== null) return 'revoked';
        await trx.updateTable('account_token').set({ revoked_at: at }).where('id', '=', id).execute();
        await trx
          .updateTable('account_session')
          .set({ ended_at: at })
          .where('token_id', '=', id)
          .where('ended_at', 'is', null)
          .execute();
        await appendEvent(trx, {
          at,
          kind: 'accounts.token-revoked',
          subject: id,
          actor: by.name,
          payload: { label: row.label, holder: tokenOf(row).holder },
        });
        return 'revoked';
      }),
    prove: async (credential, at) => {
      const row = await db.read
        .selectFrom('account_token')
        .selectAll()
        .where('id', '=', credential.id)
        .executeTakeFirst();
      if (!isProven(credential, row?.secret_hash) || row === undefined || credential.kind !== 'sg') return null;
      if (row.revoked_at !== null || row.expires_at <= at) return null;
      const principal = await principalOf(tokenOf(row));
      if (principal === null) return null;
      if (row.last_used_at === null || at - row.last_used_at > useNotedEveryMs) noteUse(row.id, at);
      return { principal, expiresAt: row.expires_at, id: row.id };
    },
  };

  async function principalOf({ holder, scopes }: Token): Promise<Principal | null> {
    // No person's name has a colon.
    if (holder.kind === 'workload') return { ...holder, name: `robot:${holder.name}`, scopes };
    const person = await people.person(holder.name);
    return person === null ? null : { kind: 'person', person, scopes, grants: await grants.grantsOf(person) };
  }

  function noteUse(id: string, at: EpochMs): void {
    if (noting.has(id)) return;
    noting.add(id);
    // A use that is not noted harms nobody; a database that fails is found by whoever asks next.
    db.write((trx) => trx.updateTable('account_token').set({ last_used_at: at }).where('id', '=', id).execute())
      .catch(() => {})
      .finally(() => noting.delete(id));
  }
}

function refusalOf(given: {
  readonly holder: TokenHolder;
  readonly label: string;
  readonly scopes: readonly Scope[];
  readonly lifetimeMs: number;
  readonly by: Person;
}): Extract<CreateTokenOutcome, { kind: 'refused' }>['why'] | null {
  const { holder, scopes, lifetimeMs, by } = given;
  const label = given.label.trim();
  if (label === '' || label.length > 100) return 'bad_label';
  if (scopes.length === 0) return 'no_scope';
  if (!(lifetimeMs >= 60_000 && lifetimeMs <= maxTokenLifetimeMs)) return 'bad_lifetime';
  if (holder.kind === 'person') return holder.name === by.name ? null : 'other_person';
  if (!/^[a-z0-9][a-z0-9._-]{0,63}$/.test(holder.name)) return 'bad_workload';
  if (scopes.includes('act')) return 'scope_not_for_workloads';
  if (by.roles.includes('policy_admin')) return null;
  return by.roles.includes('customer_admin') && scopes.every((scope) => scope === 'read') ? null : 'role_missing';
}

function tokenOf(row: AccountsTables['account_token']): Token {
  return {
    id: row.id,
    label: row.label,
    holder:
      row.workload === null
        ? { kind: 'person', name: row.person ?? '' }
        : { kind: 'workload', name: row.workload, organisation: row.organisation ?? '', flake: row.flake },
    scopes: JSON.parse(row.scopes) as Scope[],
    createdAt: row.created_at,
    createdBy: row.created_by,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
    lastUsedAt: row.last_used_at,
  };
}
