import type { Kysely, Selectable, Transaction } from 'kysely';
import {
  approvable,
  canDecideAbout,
  markApproved,
  openProposals,
  type Person,
  type ProposalFault,
  type ProposalTables,
  propose,
  withdraw,
} from '../../../accounts/index.ts';
import type { Clock, EpochMs } from '../../../foundation/clock.ts';
import { canonicalJson } from '../../../foundation/json.ts';
import { appendEvent } from '../../../journal/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import type { SlaPolicy } from '../policy.ts';
import type { FindingsTables, StoreTables } from '../tables.ts';
import type { ProposedTerms, Terms, TermsFault, TermsStanding } from './model.ts';
import { contentOfTerms, faultOfTerms, termsAt } from './terms-fault.ts';
import { changedTerms, termsName } from './terms-words.ts';

type Tables = StoreTables & ProposalTables;

export type TermsOutcome =
  | { readonly kind: 'proposed'; readonly content: string }
  | { readonly kind: 'taken' | 'withdrawn'; readonly policy: SlaPolicy }
  | { readonly kind: 'refused'; readonly why: ProposalFault | TermsFault | 'in_force' };

interface Deciding {
  readonly content: string;
  readonly by: Person;
}

/** LC-03: the terms of the promise, which change by two policy admins only. */
export interface TermsStore {
  /** Those that cases are opened under now or later; of two that fit, the last to come into effect counts. */
  readonly inForce: () => Promise<readonly SlaPolicy[]>;
  /** All that were ever in force, newest first. */
  readonly history: () => Promise<readonly Terms[]>;
  readonly proposals: () => Promise<readonly ProposedTerms[]>;
  /** At a start: the very first terms are taken as they are, and edited ones as long as nobody is known who could approve. */
  readonly adopt: (policy: SlaPolicy) => Promise<void>;
  /** How what the file says stands to what is in force. */
  readonly standing: (policy: SlaPolicy) => Promise<TermsStanding>;
  /** Without effect until another policy admin signs the same content. */
  readonly propose: (given: { readonly policy: SlaPolicy; readonly by: Person }) => Promise<TermsOutcome>;
  readonly approve: (given: Deciding) => Promise<TermsOutcome>;
  readonly withdraw: (given: Deciding) => Promise<TermsOutcome>;
}

export function createTermsStore({ db, clock }: { readonly db: Database<Tables>; readonly clock: Clock }): TermsStore {
  const proposals = async (): Promise<readonly ProposedTerms[]> => {
    const before = await lastTaken(db.read);
    const open = await openProposals(db.read, 'terms', clock.now());
    return open.map(({ content, body, proposedBy, proposedAt, expiresAt }) => {
      const policy = JSON.parse(body) as SlaPolicy;
      const changes = changedTerms(before?.policy ?? null, policy);
      return { content, policy, proposedBy, proposedAt, expiresAt, changes };
    });
  };
  return {
    inForce: async () => termsAt(await allTaken(db.read), clock.now()),
    history: async () =>
      (await db.read.selectFrom('finding_terms').selectAll().orderBy('id', 'desc').execute()).map(termsOf),
    proposals,
    adopt: async (policy) => {
      const content = contentOfTerms(policy);
      // Nearly always: asked at every start, and nothing is to be written.
      if ((await lastTaken(db.read))?.content === content) return;
      await db.write(async (trx) => {
        const last = await lastTaken(trx);
        if (last?.content === content) return;
        const by = { proposedBy: null, takenBy: 'operator', takenAt: clock.now() };
        const fault = await faultNow(trx, policy, by.takenAt);
        if (last === null) {
          // An edit of what findings were opened under was never in force.
          const first = fault === 'version_used' ? ((await usedUnder(trx, policy)) ?? policy) : policy;
          await take(trx, { content: contentOfTerms(first), policy: first, basis: 'first', ...by });
        } else if (fault === null && !(await canDecideAbout(trx, 'terms')))
          await take(trx, { content, policy, basis: 'nobody-to-ask', ...by });
      });
    },
    standing: async (policy) => {
      const content = contentOfTerms(policy);
      const inForce = await lastTaken(db.read);
      const isInForce = inForce?.content === content;
      return {
        content,
        inForce,
        isInForce,
        changes: changedTerms(inForce?.policy ?? null, policy),
        fault: isInForce ? null : await faultNow(db.read, policy, clock.now()),
        proposal: (await proposals()).find((proposal) => proposal.content === content) ?? null,
        isAsked: await canDecideAbout(db.read, 'terms'),
      };
    },
    propose: ({ policy, by }) =>
      db.write(async (trx) => {
        const at = clock.now();
        const content = contentOfTerms(policy);
        const last = await lastTaken(trx);
        const why = last?.content === content ? 'in_force' : await faultNow(trx, policy, at);
        if (why !== null) return { kind: 'refused', why };
        const subject = policy.id;
        const outcome = await propose(trx, { matter: 'terms', subject, content, body: policy, by, at });
        if (outcome.kind === 'refused') return outcome;
        if (outcome.kind === 'proposed') {
          const changes = changedTerms(last?.policy ?? null, policy);
          await told(trx, 'sla.terms-proposed', policy, { at, actor: by.name, content, changes });
        }
        return { kind: 'proposed', content };
      }),
    approve: ({ content, by }) =>
      db.write(async (trx) => {
        const at = clock.now();
        const signed = await approvable(trx, { matter: 'terms', content, by, at });
        if (signed.kind === 'refused') return signed;
        const { proposal } = signed;
        const policy = JSON.parse(proposal.body) as SlaPolicy;
        const why = await faultNow(trx, policy, at);
        if (why !== null) return { kind: 'refused', why };
        await markApproved(trx, proposal, { by, at });
        const { proposedBy } = proposal;
        await take(trx, { content, policy, basis: 'approved', proposedBy, takenBy: by.name, takenAt: at });
        return { kind: 'taken', policy };
      }),
    withdraw: ({ content, by }) =>
      db.write(async (trx) => {
        const at = clock.now();
        const signed = await withdraw(trx, { matter: 'terms', content, by, at });
        if (signed.kind === 'refused') return signed;
        const policy = JSON.parse(signed.proposal.body) as SlaPolicy;
        const { proposedBy } = signed.proposal;
        await told(trx, 'sla.terms-withdrawn', policy, { at, actor: by.name, content, proposedBy });
        return { kind: 'withdrawn', policy };
      }),
  };
}

async function allTaken(db: Kysely<Tables>): Promise<readonly SlaPolicy[]> {
  const rows = await db.selectFrom('finding_terms').select('body').orderBy('id').execute();
  return rows.map(({ body }) => JSON.parse(body) as SlaPolicy);
}

async function lastTaken(db: Kysely<Tables>): Promise<Terms | null> {
  const row = await db.selectFrom('finding_terms').selectAll().orderBy('id', 'desc').limit(1).executeTakeFirst();
  return row === undefined ? null : termsOf(row);
}

async function faultNow(db: Kysely<Tables>, policy: SlaPolicy, at: EpochMs): Promise<TermsFault | null> {
  const current = termsAt(await allTaken(db), at);
  const used = await db.selectFrom('finding_policy').select('body').where('id', '=', policy.id).execute();
  return faultOfTerms(policy, { current, used: used.map(({ body }) => JSON.parse(body) as SlaPolicy), at });
}

/** What findings were opened under with this version. */
async function usedUnder(db: Kysely<Tables>, { id, version }: SlaPolicy): Promise<SlaPolicy | null> {
  const row = await db
    .selectFrom('finding_policy')
    .select('body')
    .where('id', '=', id)
    .where('version', '=', version)
    .executeTakeFirst();
  return row === undefined ? null : (JSON.parse(row.body) as SlaPolicy);
}

/** Only ever added to: what was in force once can be read for ever. */
async function take(trx: Transaction<Tables>, terms: Terms): Promise<void> {
  const { content, policy, basis, proposedBy, takenBy, takenAt: at } = terms;
  const last = await lastTaken(trx);
  await trx
    .insertInto('finding_terms')
    .values({
      content,
      body: canonicalJson(policy),
      basis,
      proposed_by: proposedBy,
      taken_by: takenBy,
      taken_at: at,
    })
    .execute();
  const changes = last === null ? [] : changedTerms(last.policy, policy);
  await told(trx, 'sla.terms-taken', policy, { at, actor: takenBy, content, basis, proposedBy, changes });
}

async function told(
  trx: Transaction<Tables>,
  kind: string,
  policy: SlaPolicy,
  {
    at,
    actor,
    ...payload
  }: { readonly at: EpochMs; readonly actor: string; readonly content: string } & Readonly<Record<string, unknown>>,
): Promise<void> {
  await appendEvent(trx, { at, kind, subject: termsName(policy), actor, payload });
}

function termsOf(row: Selectable<FindingsTables['finding_terms']>): Terms {
  return {
    content: row.content,
    policy: JSON.parse(row.body) as SlaPolicy,
    basis: row.basis as Terms['basis'],
    proposedBy: row.proposed_by,
    takenBy: row.taken_by,
    takenAt: row.taken_at,
  };
}
