import type { Kysely, Selectable, Transaction } from 'kysely';
import type { EpochMs } from '../foundation/clock.ts';
import { appendEvent, type JournalTables } from '../journal/index.ts';
import type { Database } from '../platform/database/index.ts';
import { everyone } from './known-people.ts';
import { type Person, type Role, refusalOf } from './model.ts';
import type { KnownPerson } from './people-change.ts';
import type { AccountsTables } from './tables.ts';

const hour = 3_600_000;

/** LC-03: what only two people decide, the role that both of them hold, and how long the first waits for the second. */
const matters = {
  people: { role: 'policy_admin', lifetimeMs: 7 * 24 * hour },
  terms: { role: 'policy_admin', lifetimeMs: 7 * 24 * hour },
  key: { role: 'policy_admin', lifetimeMs: 7 * 24 * hour },
  exception: { role: 'release_manager', lifetimeMs: 24 * hour },
} as const satisfies Record<string, { readonly role: Role; readonly lifetimeMs: number }>;
export type Matter = keyof typeof matters;

export function roleFor(matter: Matter): Role {
  return matters[matter].role;
}

/** When what is proposed now ends by itself. */
export function lapsesAt(matter: Matter, proposedAt: EpochMs): EpochMs {
  return proposedAt + matters[matter].lifetimeMs;
}

export type ProposalTables = Pick<AccountsTables, 'account_change' | 'account_person'>;

/** What one person proposed and a second one has not signed yet. */
export interface OpenProposal {
  readonly id: number;
  /** What the second person signs. */
  readonly content: string;
  readonly subject: string;
  /** JSON. */
  readonly body: string;
  readonly proposedBy: string;
  readonly proposedAt: EpochMs;
  readonly expiresAt: EpochMs;
}

export type ProposalFault =
  | 'not_a_person'
  | 'role_missing'
  /** Fewer than two hold the role: nobody could approve it. */
  | 'not_founded'
  | 'no_proposal'
  | 'same_person'
  /** Who proposed it does not hold the role any more, or it was about something that is not so any more. */
  | 'overtaken';

/** By what is stored now: what the caller knows of the person may be older. */
export function holderFault(people: readonly KnownPerson[], matter: Matter, { name }: Pick<Person, 'name'>) {
  const person = people.find((each) => each.name === name && each.removedAt === null);
  return person === undefined ? 'not_a_person' : refusalOf(person, matters[matter].role);
}

/** Whether there are two who can decide. */
export async function canDecideAbout<Tables extends ProposalTables>(
  db: Kysely<Tables> | Transaction<Tables>,
  matter: Matter,
): Promise<boolean> {
  return canDecide(await everyone(db), matter);
}

export function canDecide(people: readonly KnownPerson[], matter: Matter): boolean {
  return holdersOf(people, matter).length >= 2;
}

/** The names of those who can propose and approve it. */
export function holdersOf(people: readonly KnownPerson[], matter: Matter): readonly string[] {
  return people.filter((person) => holderFault(people, matter, person) === null).map(({ name }) => name);
}

/** Keeps what one person wants; `again` when the very same waits already. */
export async function propose<Tables extends ProposalTables>(
  given: Transaction<Tables>,
  proposal: {
    readonly matter: Matter;
    readonly subject: string;
    readonly content: string;
    readonly body: unknown;
    readonly by: Person;
    readonly at: EpochMs;
  },
): Promise<{ readonly kind: 'proposed' | 'again' } | { readonly kind: 'refused'; readonly why: ProposalFault }> {
  const trx = own(given);
  const { matter, subject, content, body, by, at } = proposal;
  const people = await everyone(trx);
  const why = holderFault(people, matter, by) ?? (canDecide(people, matter) ? null : 'not_founded');
  if (why !== null) return { kind: 'refused', why };
  if ((await openOne(trx, matter, content, at)) !== undefined) return { kind: 'again' };
  await trx
    .insertInto('account_change')
    .values({
      matter,
      subject,
      content,
      body: JSON.stringify(body),
      proposed_by: by.name,
      proposed_at: at,
      expires_at: lapsesAt(matter, at),
      outcome: null,
      decided_by: null,
      decided_at: null,
    })
    .execute();
  return { kind: 'proposed' };
}

/** LC-01: what this person may approve: of somebody else, who still holds the role. Nothing is decided yet. */
export async function approvable<Tables extends ProposalTables>(
  given: Transaction<Tables>,
  { matter, content, by, at }: Signing,
): Promise<Signed> {
  const trx = own(given);
  const people = await everyone(trx);
  const why = holderFault(people, matter, by);
  if (why !== null) return { kind: 'refused', why };
  const row = await openOne(trx, matter, content, at);
  if (row === undefined) return { kind: 'refused', why: 'no_proposal' };
  if (row.proposed_by === by.name) return { kind: 'refused', why: 'same_person' };
  if (holderFault(people, matter, { name: row.proposed_by }) !== null) return { kind: 'refused', why: 'overtaken' };
  return { kind: 'open', proposal: proposalOf(row) };
}

/** Ends what waits: approved, after `approvable` found it so. */
export async function markApproved<Tables extends ProposalTables>(
  trx: Transaction<Tables>,
  { id }: OpenProposal,
  { by, at }: { readonly by: Person; readonly at: EpochMs },
): Promise<void> {
  await decide(own(trx), id, { outcome: 'approved', by, at });
}

/** Whoever holds the role may stop what was only proposed, also their own. */
export async function withdraw<Tables extends ProposalTables>(
  given: Transaction<Tables>,
  { matter, content, by, at }: Signing,
): Promise<Signed> {
  const trx = own(given);
  const why = holderFault(await everyone(trx), matter, by);
  if (why !== null) return { kind: 'refused', why };
  const row = await openOne(trx, matter, content, at);
  if (row === undefined) return { kind: 'refused', why: 'no_proposal' };
  await decide(trx, row.id, { outcome: 'withdrawn', by, at });
  return { kind: 'open', proposal: proposalOf(row) };
}

/** What waits, oldest first. */
export async function openProposals<Tables extends ProposalTables>(
  db: Kysely<Tables>,
  matter: Matter,
  at: EpochMs,
): Promise<readonly OpenProposal[]> {
  const rows = await (db as unknown as Kysely<ProposalTables>)
    .selectFrom('account_change')
    .selectAll()
    .where('matter', '=', matter)
    .where('outcome', 'is', null)
    .where('expires_at', '>', at)
    .orderBy('id')
    .execute();
  return rows.map(proposalOf);
}

/** The newest that two people agreed on about this, as long as such an agreement holds. */
export async function approvedProposal<Tables extends ProposalTables>(
  db: Kysely<Tables>,
  { matter, subject, at }: { readonly matter: Matter; readonly subject: string; readonly at: EpochMs },
): Promise<{ readonly proposal: OpenProposal; readonly approvedBy: string } | null> {
  const row = await (db as unknown as Kysely<ProposalTables>)
    .selectFrom('account_change')
    .selectAll()
    .where('matter', '=', matter)
    .where('subject', '=', subject)
    .where('outcome', '=', 'approved')
    .where('decided_at', '>', at - matters[matter].lifetimeMs)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? null : { proposal: proposalOf(row), approvedBy: row.decided_by ?? '' };
}

/** Ends what nobody signed in time, whatever it is about, and tells; gives how many there were. */
export async function lapseProposals(db: Database<ProposalTables & JournalTables>, at: EpochMs): Promise<number> {
  const overdue = (trx: Kysely<ProposalTables>) =>
    trx
      .selectFrom('account_change')
      .selectAll()
      .where('outcome', 'is', null)
      .where('expires_at', '<=', at)
      .orderBy('id')
      .execute();
  // Asked all the time; mostly there are none, and nothing is to be written.
  if ((await overdue(db.read as unknown as Kysely<ProposalTables>)).length === 0) return 0;
  return db.write(async (trx) => {
    const rows = await overdue(own(trx));
    for (const { id, matter, subject, content, body, proposed_by: proposedBy } of rows) {
      await decide(own(trx), id, { outcome: 'lapsed', by: { name: 'robot' }, at });
      const payload = { matter, content, proposedBy, change: JSON.parse(body) as unknown };
      await appendEvent(trx, { at, kind: 'accounts.proposal-lapsed', subject, actor: 'robot', payload });
    }
    return rows.length;
  });
}

interface Signing {
  readonly matter: Matter;
  readonly content: string;
  readonly by: Person;
  readonly at: EpochMs;
}

type Signed =
  | { readonly kind: 'open'; readonly proposal: OpenProposal }
  | { readonly kind: 'refused'; readonly why: ProposalFault };

async function openOne(trx: Transaction<ProposalTables>, matter: Matter, content: string, at: EpochMs) {
  return trx
    .selectFrom('account_change')
    .selectAll()
    .where('matter', '=', matter)
    .where('content', '=', content)
    .where('outcome', 'is', null)
    .where('expires_at', '>', at)
    .executeTakeFirst();
}

async function decide(
  trx: Transaction<ProposalTables>,
  id: number,
  {
    outcome,
    by,
    at,
  }: {
    readonly outcome: 'approved' | 'withdrawn' | 'lapsed';
    readonly by: Pick<Person, 'name'>;
    readonly at: EpochMs;
  },
): Promise<void> {
  await trx
    .updateTable('account_change')
    .set({ outcome, decided_by: by.name, decided_at: at })
    .where('id', '=', id)
    .execute();
}

function proposalOf(row: Selectable<ProposalTables['account_change']>): OpenProposal {
  return {
    id: row.id,
    content: row.content,
    subject: row.subject,
    body: row.body,
    proposedBy: row.proposed_by,
    proposedAt: row.proposed_at,
    expiresAt: row.expires_at,
  };
}

// A builder that knows more tables knows these as well.
function own<Tables extends ProposalTables>(trx: Transaction<Tables>): Transaction<ProposalTables> {
  return trx as unknown as Transaction<ProposalTables>;
}
