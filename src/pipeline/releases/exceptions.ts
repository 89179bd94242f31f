import { createHash } from 'node:crypto';
import {
  approvable,
  approvedProposal,
  markApproved,
  type OpenProposal,
  openProposals,
  type Person,
  type ProposalFault,
  type ProposalTables,
  proposalRefusal,
  propose,
  withdraw,
} from '../../accounts/index.ts';
import type { EpochMs } from '../../foundation/clock.ts';
import { canonicalJson } from '../../foundation/json.ts';
import { appendEvent, type JournalTables } from '../../journal/index.ts';
import type { Database } from '../../platform/database/index.ts';

/** A commit that is to be released although too little of it can be fetched. */
interface Wanted {
  readonly channel: string;
  readonly commitId: string;
  readonly reason: string;
}

/** What one release manager asked for, and a second one has not approved yet. */
export interface AskedException extends Wanted {
  /** What the second person signs. */
  readonly content: string;
  readonly askedBy: string;
  readonly askedAt: EpochMs;
  readonly expiresAt: EpochMs;
}

/** In force for a day: whoever releases the commit may do it. */
export interface ApprovedException {
  readonly reason: string;
  readonly by: string;
  readonly approvedBy: string;
}

export type ExceptionOutcome =
  | { readonly kind: 'asked'; readonly content: string }
  | { readonly kind: 'approved' | 'refused-it'; readonly exception: AskedException }
  | { readonly kind: 'refused'; readonly why: ProposalFault | 'reason_missing' };

interface Deciding {
  readonly content: string;
  readonly by: Person;
  readonly at: EpochMs;
}

/** LC-03: an emergency release takes two release managers. */
export interface ExceptionStore {
  readonly ask: (given: Wanted & { readonly by: Person; readonly at: EpochMs }) => Promise<ExceptionOutcome>;
  /** `heads`: the newest evaluated commit of each channel; what was asked for another one is overtaken. */
  readonly approve: (given: Deciding & { readonly heads: ReadonlyMap<string, string> }) => Promise<ExceptionOutcome>;
  /** Stops what was only asked for. */
  readonly refuse: (given: Deciding) => Promise<ExceptionOutcome>;
  readonly waiting: (at: EpochMs) => Promise<readonly AskedException[]>;
  readonly approved: (given: {
    readonly channel: string;
    readonly commitId: string;
    readonly at: EpochMs;
  }) => Promise<ApprovedException | null>;
}

export function createExceptionStore(db: Database<ProposalTables & JournalTables>): ExceptionStore {
  const matter = 'exception';
  return {
    ask: ({ channel, commitId, reason: given, by, at }) =>
      db.write(async (trx) => {
        const reason = given.trim().slice(0, 2000);
        if (reason === '') return { kind: 'refused', why: 'reason_missing' };
        const body: Wanted = { channel, commitId, reason };
        const content = createHash('sha256').update(canonicalJson(body)).digest('hex');
        const subject = subjectOf(body);
        const outcome = await propose(trx, { matter, subject, content, body, by, at });
        if (outcome.kind === 'refused') return outcome;
        if (outcome.kind === 'proposed')
          await appendEvent(trx, {
            at,
            kind: 'release.exception-asked',
            subject: channel,
            actor: by.name,
            payload: { ...body, content },
          });
        return { kind: 'asked', content };
      }),
    approve: ({ content, by, at, heads }) =>
      db.write(async (trx) => {
        const signed = await approvable(trx, { matter, content, by, at });
        if (signed.kind === 'refused') return signed;
        const exception = exceptionOf(signed.proposal);
        const { channel, commitId, reason, askedBy } = exception;
        if (heads.get(channel) !== commitId) return { kind: 'refused', why: 'overtaken' };
        await markApproved(trx, signed.proposal, { by, at });
        await appendEvent(trx, {
          at,
          kind: 'release.exception-approved',
          subject: channel,
          actor: by.name,
          payload: { channel, commitId, reason, askedBy, content },
        });
        return { kind: 'approved', exception };
      }),
    refuse: ({ content, by, at }) =>
      db.write(async (trx) => {
        const signed = await withdraw(trx, { matter, content, by, at });
        if (signed.kind === 'refused') return signed;
        const exception = exceptionOf(signed.proposal);
        const { channel, commitId, askedBy } = exception;
        await appendEvent(trx, {
          at,
          kind: 'release.exception-refused',
          subject: channel,
          actor: by.name,
          payload: { channel, commitId, askedBy, content },
        });
        return { kind: 'refused-it', exception };
      }),
    waiting: async (at) => (await openProposals(db.read, matter, at)).map(exceptionOf),
    approved: async ({ channel, commitId, at }) => {
      const found = await approvedProposal(db.read, { matter, subject: subjectOf({ channel, commitId }), at });
      if (found === null) return null;
      const { reason, askedBy } = exceptionOf(found.proposal);
      return { reason, by: askedBy, approvedBy: found.approvedBy };
    },
  };
}

/** Why an exception was refused, and what to do next. */
export function exceptionRefusal(why: Extract<ExceptionOutcome, { readonly kind: 'refused' }>['why']): {
  readonly message: string;
  readonly hint: string;
} {
  return why === 'reason_missing'
    ? { message: 'an exception needs a reason', hint: 'Say why it cannot wait; everybody sees it.' }
    : proposalRefusal(why, { matter: 'exception', see: 'snowguard release list' });
}

function subjectOf({ channel, commitId }: Pick<Wanted, 'channel' | 'commitId'>): string {
  return `${channel} ${commitId}`;
}

function exceptionOf({ body, content, proposedBy, proposedAt, expiresAt }: OpenProposal): AskedException {
  return { ...(JSON.parse(body) as Wanted), content, askedBy: proposedBy, askedAt: proposedAt, expiresAt };
}
