import { toIsoDay } from '../../foundation/clock.ts';
import type { LockIssue } from './check-nixpkgs.ts';
import type { InputStanding } from './model.ts';
import type { SetFacts } from './set-facts.ts';

/** Inputs whose locked release is of a line that is not supported any more, each with where to go. */
export function endedLines(
  standings: readonly InputStanding[],
  { channels = [], releases }: Pick<SetFacts, 'channels' | 'releases'>,
  now: number,
): readonly LockIssue[] {
  return standings.flatMap(({ input }) => {
    const locked = releases.find(({ uuid }) => uuid === input.releaseUuid);
    const own = channels.find(({ id }) => id === locked?.channel);
    if (locked === undefined || own === undefined || own.supportEndsAt === null || now < own.supportEndsAt) return [];
    const next = channels.find(({ id }) => id === own.successor);
    return [
      {
        rule: 'ended' as const,
        input: input.input,
        message: `${own.id} is not supported since ${toIsoDay(own.supportEndsAt)}: what became known after that is not fixed there`,
        advice:
          next === undefined
            ? 'There is no line after it here yet: ask those who keep the set.'
            : `Move to ${next.id}: put ${locked.organisation}/${next.flake}/0.${next.minor} into the URL of ${input.input}, then run: nix flake update ${input.input}`,
      },
    ];
  });
}
