import { createHash } from 'node:crypto';
import {
  approvable,
  markApproved,
  openProposals,
  type Person,
  type ProposalFault,
  type ProposalTables,
  proposalRefusal,
  propose,
  withdraw,
} from '../../../accounts/index.ts';
import { isKeyName } from '../../../formats/nix/signature.ts';
import type { EpochMs } from '../../../foundation/clock.ts';
import { canonicalJson } from '../../../foundation/json.ts';
import { appendEvent, type JournalTables } from '../../../journal/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import type { CacheKeys, PublicKey } from './keys.ts';

/** A key beside those in use, by which everything is signed too; or the end of one. */
export interface KeyChange {
  readonly kind: 'add' | 'retire';
  readonly name: string;
}

export interface ProposedKeyChange {
  /** What the second person signs: the change, and which keys were in use. */
  readonly content: string;
  readonly change: KeyChange;
  readonly proposedBy: string;
  readonly proposedAt: EpochMs;
  readonly expiresAt: EpochMs;
}

type KeyChangeRefusal = ProposalFault | 'bad_name' | 'name_taken' | 'no_such_key' | 'only_key';

export type KeyChangeOutcome =
  | { readonly kind: 'proposed'; readonly content: string }
  /** `signed`: how many paths the new key was added to. */
  | { readonly kind: 'done'; readonly key: PublicKey; readonly signed: number }
  | { readonly kind: 'withdrawn'; readonly change: KeyChange }
  | { readonly kind: 'refused'; readonly why: KeyChangeRefusal };

interface Deciding {
  readonly content: string;
  readonly by: Person;
  readonly at: EpochMs;
}

/** LC-03: which keys sign is decided by two policy admins. */
export interface KeyChanges {
  readonly propose: (given: {
    readonly change: KeyChange;
    readonly by: Person;
    readonly at: EpochMs;
  }) => Promise<KeyChangeOutcome>;
  readonly approve: (given: Deciding) => Promise<KeyChangeOutcome>;
  readonly withdraw: (given: Deciding) => Promise<KeyChangeOutcome>;
  readonly proposals: (at: EpochMs) => Promise<readonly ProposedKeyChange[]>;
}

export function createKeyChanges({
  db,
  keys,
}: {
  readonly db: Database<ProposalTables & JournalTables>;
  readonly keys: CacheKeys;
}): KeyChanges {
  const matter = 'key';
  return {
    propose: async ({ change, by, at }) => {
      const known = await keys.list(at);
      const why = faultOf(change, known);
      if (why !== null) return { kind: 'refused', why };
      const content = contentOf(change, known);
      return db.write(async (trx) => {
        const subject = change.name;
        const outcome = await propose(trx, { matter, subject, content, body: change, by, at });
        if (outcome.kind === 'refused') return outcome;
        if (outcome.kind === 'proposed')
          await appendEvent(trx, {
            at,
            kind: 'cache.key-change-proposed',
            subject,
            actor: by.name,
            payload: { content, change },
          });
        return { kind: 'proposed', content };
      });
    },
    approve: async ({ content, by, at }) => {
      const known = await keys.list(at);
      const signed = await db.write(
        async (trx): Promise<KeyChange | Extract<KeyChangeOutcome, { kind: 'refused' }>> => {
          const found = await approvable(trx, { matter, content, by, at });
          if (found.kind === 'refused') return found;
          const change = JSON.parse(found.proposal.body) as KeyChange;
          if (contentOf(change, known) !== content || faultOf(change, known) !== null)
            return { kind: 'refused', why: 'overtaken' };
          await markApproved(trx, found.proposal, { by, at });
          const { proposedBy } = found.proposal;
          await appendEvent(trx, {
            at,
            kind: 'cache.key-change-approved',
            subject: change.name,
            actor: by.name,
            payload: { content, change, proposedBy },
          });
          return change;
        },
      );
      if (signed.kind === 'refused') return signed;
      const { name } = signed;
      // Keys lie outside of the database: what was agreed and then failed here is proposed anew.
      if (signed.kind === 'retire')
        return { kind: 'done', key: await keys.retire({ name, at, actor: by.name }), signed: 0 };
      const key = await keys.generate({ name, at, actor: by.name });
      return { kind: 'done', key, signed: await keys.resign() };
    },
    withdraw: ({ content, by, at }) =>
      db.write(async (trx) => {
        const found = await withdraw(trx, { matter, content, by, at });
        if (found.kind === 'refused') return found;
        const change = JSON.parse(found.proposal.body) as KeyChange;
        const { proposedBy } = found.proposal;
        await appendEvent(trx, {
          at,
          kind: 'cache.key-change-withdrawn',
          subject: change.name,
          actor: by.name,
          payload: { content, change, proposedBy },
        });
        return { kind: 'withdrawn', change };
      }),
    proposals: async (at) =>
      (await openProposals(db.read, matter, at)).map(({ content, body, proposedBy, proposedAt, expiresAt }) => ({
        content,
        change: JSON.parse(body) as KeyChange,
        proposedBy,
        proposedAt,
        expiresAt,
      })),
  };
}

/** Why a change of keys was refused, and what to do next. */
export function keyChangeRefusal(why: KeyChangeRefusal): { readonly message: string; readonly hint: string } {
  switch (why) {
    case 'bad_name':
      return { message: 'that is no name of a key', hint: 'Use such as secure.example.org-1.' };
    case 'name_taken':
      return {
        message: 'there is, or was, a key of that name',
        hint: 'A name is never used again: take the next number.',
      };
    case 'no_such_key':
      return { message: 'there is no such key in use', hint: 'See them: snowguard cache key list' };
    case 'only_key':
      return { message: 'it is the only key', hint: 'Have the next one made first: snowguard cache key rotate' };
    default:
      return proposalRefusal(why, { matter: 'key', see: 'snowguard cache key list' });
  }
}

export function keyChangeText({ kind, name }: KeyChange): string {
  return kind === 'add' ? `sign with a new key ${name} too` : `retire the key ${name}`;
}

function inUse(known: readonly PublicKey[]): readonly PublicKey[] {
  return known.filter(({ retiredAt }) => retiredAt === null);
}

function faultOf({ kind, name }: KeyChange, known: readonly PublicKey[]): KeyChangeRefusal | null {
  if (kind === 'add' && !isKeyName(name)) return 'bad_name';
  if (kind === 'add') return known.some((key) => key.name === name) ? 'name_taken' : null;
  const active = inUse(known);
  if (!active.some((key) => key.name === name)) return 'no_such_key';
  return active.length === 1 ? 'only_key' : null;
}

function contentOf(change: KeyChange, known: readonly PublicKey[]): string {
  const before = inUse(known).map(({ publicKey }) => publicKey);
  return createHash('sha256').update(canonicalJson({ change, before })).digest('hex');
}
