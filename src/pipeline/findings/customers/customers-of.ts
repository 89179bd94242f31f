import type { EpochMs } from '../../../foundation/clock.ts';
import { adoptionOf } from '../sla/adopted-at.ts';
import { type CustomerAnswer, earliest, type Fact, factsOf } from '../sla/facts.ts';

/** What is known of one customer and one finding, since it was last opened. */
export interface CustomerOfCase {
  readonly name: string;
  /** When a message that tells of it arrived there first. */
  readonly notifiedAt: EpochMs | null;
  /** The last that was answered: a claim, and no more. */
  readonly answer: {
    readonly answer: CustomerAnswer;
    readonly reason: string | null;
    readonly by: string;
    readonly at: EpochMs;
  } | null;
  /** Null: nobody said. */
  readonly exposed: boolean | null;
  /** When its lock, or what it runs, showed that it has the fix. */
  readonly adoptedAt: EpochMs | null;
}

/** By name. */
export function customersOf(facts: readonly Fact[]): readonly CustomerOfCase[] {
  const since = factsOf(facts, 'reopened').at(-1)?.at ?? Number.NEGATIVE_INFINITY;
  const notified = factsOf(facts, 'customer_notified').filter(({ at }) => at > since);
  const answered = factsOf(facts, 'customer_acknowledged').filter(({ at }) => at > since);
  const adopted = factsOf(facts, 'adopted').filter(({ at }) => at > since);
  const exposures = factsOf(facts, 'exposure');
  const names = new Set([
    ...[...notified, ...answered].map(({ customer }) => customer),
    ...[...exposures, ...adopted].map(({ closure }) => closure),
  ]);
  return [...names].sort().map((name): CustomerOfCase => {
    const last = answered.findLast(({ customer }) => customer === name);
    const answer =
      last === undefined ? null : { answer: last.answer, reason: last.reason, by: last.actor, at: last.at };
    return {
      name,
      notifiedAt: earliest(notified.filter(({ customer }) => customer === name)),
      answer,
      exposed: exposures.findLast(({ closure }) => closure === name)?.exposed ?? null,
      adoptedAt: adoptionOf(facts, name)?.at ?? null,
    };
  });
}
