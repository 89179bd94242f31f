import type { EpochMs } from '../../../foundation/clock.ts';
import type { Advisory } from '../../advisories/index.ts';
import { factsOfSay, sayOf } from '../advisory-say.ts';
import type { SlaPolicy } from '../policy.ts';
import type { CaseClock } from './case-clock.ts';
import { everyClock } from './every-clock.ts';
import type { Fact } from './facts.ts';
import { replay } from './replay.ts';

/** What runs before anything is public: from the match, and from knowing of attacks. What is promised begins with the publication. */
export function unpublishedClocks(given: {
  /** As it would be published. */
  readonly advisory: Advisory;
  readonly facts: readonly Fact[];
  readonly policy: SlaPolicy;
  readonly now: EpochMs;
}): readonly CaseClock[] {
  const { advisory, policy, now } = given;
  const openedAt = Math.min(now, ...given.facts.map(({ recordedAt }) => recordedAt));
  const rated = factsOfSay(sayOf(advisory), null, openedAt).filter(({ kind }) => kind === 'scored');
  const facts = [...given.facts, ...rated];
  const clocks = everyClock({ facts, timeline: replay(facts, policy), policy, now, fedrampClass: null });
  return clocks.filter(({ name, startAt }) => startAt !== null && (name === 'detection' || name.startsWith('cra14.')));
}
