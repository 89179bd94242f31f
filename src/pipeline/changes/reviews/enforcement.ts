import type { Transaction } from 'kysely';
import { type Person, refusalOf } from '../../../accounts/index.ts';
import type { EpochMs } from '../../../foundation/clock.ts';
import { appendEvent, type JournalTables, latestEvents } from '../../../journal/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import type { ReviewMode } from './model.ts';

export type AgreeOutcome =
  /** `by`: who agreed within the week, with this one; `lacks` null when that is enough. */
  | {
      readonly kind: 'agreed';
      readonly by: readonly string[];
      readonly lacks: 'second-reviewer' | 'security-lead' | null;
    }
  | { readonly kind: 'refused'; readonly why: 'not_enforced' | 'not_a_person' | 'role_missing' | 'reason_missing' };

/** Whether reviews are enforced, which no edit of a file ends. */
export interface Enforcement {
  /**
   * What holds, where the settings say `configured`. Once enforced, reviews stay so until two people agreed to the contrary;
   * a house with fewer than two reviewers, where nobody could, may still turn back.
   */
  readonly modeOf: (given: {
    readonly configured: ReviewMode;
    readonly reviewers: number;
    readonly at: EpochMs;
  }) => Promise<ReviewMode>;
  /** One of two people agrees that reviews are only observed. */
  readonly agree: (given: {
    readonly by: Person;
    readonly reason: string;
    readonly at: EpochMs;
  }) => Promise<AgreeOutcome>;
}

type Reads = Pick<Database<JournalTables>, 'read'>;

const weekMs = 7 * 86_400_000;
const mostAgreed = 100;

export function createEnforcement(db: Database<JournalTables>): Enforcement {
  return {
    modeOf: async (given) => {
      const { configured } = given;
      // Nearly always: asked at every start, and nothing is to be written.
      const isEnforced = (await lastMode(db))?.kind === 'review.enforced';
      return isEnforced === (configured === 'enforce') ? configured : db.write((trx) => settleMode(trx, given));
    },
    agree: ({ by, reason, at }) =>
      db.write(async (trx): Promise<AgreeOutcome> => {
        const why = refusalOf(by, 'reviewer');
        if (why !== null) return { kind: 'refused', why };
        if (reason.trim() === '') return { kind: 'refused', why: 'reason_missing' };
        const last = await lastMode({ read: trx });
        if (last?.kind !== 'review.enforced') return { kind: 'refused', why: 'not_enforced' };
        const payload = { reason: reason.trim(), leads: by.roles.includes('security_lead') };
        await appendEvent(trx, { at, kind: 'review.observe-agreed', subject: 'review', actor: by.name, payload });
        const agreed = await agreedSince({ read: trx }, last.sequence, at);
        return { kind: 'agreed', by: [...agreed.keys()], lacks: lackOf(agreed) };
      }),
  };
}

async function settleMode(
  trx: Transaction<JournalTables>,
  { configured, reviewers, at }: Parameters<Enforcement['modeOf']>[0],
): Promise<ReviewMode> {
  const last = await lastMode({ read: trx });
  const write = (kind: string, payload: Readonly<Record<string, unknown>>) =>
    appendEvent(trx, { at, kind, subject: 'review', actor: 'operator', payload });
  if (configured === 'enforce') {
    if (last?.kind !== 'review.enforced') await write('review.enforced', {});
    return 'enforce';
  }
  if (last?.kind !== 'review.enforced') return 'observe';
  const agreed = await agreedSince({ read: trx }, last.sequence, at);
  if (lackOf(agreed) !== null && reviewers >= 2) return 'enforce';
  await write('review.observed', { by: [...agreed.keys()] });
  return 'observe';
}

async function lastMode(db: Reads) {
  return (await latestEvents(db, { kinds: ['review.enforced', 'review.observed'], limit: 1 }))[0];
}

/** Who agreed, and whether they led security then. */
async function agreedSince(db: Reads, sequence: number, at: EpochMs): Promise<ReadonlyMap<string, boolean>> {
  const events = await latestEvents(db, { kinds: ['review.observe-agreed'], limit: mostAgreed });
  const fresh = events.filter((event) => event.sequence > sequence && event.at > at - weekMs);
  return new Map(fresh.reverse().map(({ actor, payload }) => [actor, payload.leads === true]));
}

function lackOf(agreed: ReadonlyMap<string, boolean>): 'second-reviewer' | 'security-lead' | null {
  if (agreed.size < 2) return 'second-reviewer';
  return [...agreed.values()].includes(true) ? null : 'security-lead';
}
