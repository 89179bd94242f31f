import type { ExceptionPort } from '../http/index.ts';
import { coverageOfEvaluation, coverageRefusal, type WalkContext } from '../worker/index.ts';

/** Asks for exceptions and approves them over what is evaluated and cached now. */
export function exceptionPortOf(context: WalkContext): ExceptionPort {
  const { cache, catalog, channels, clock, organisation, releases } = context;
  const { exceptions } = cache;
  return {
    channels: channels.map(({ id }) => id),
    waiting: () => exceptions.waiting(clock.now()),
    ask: async ({ channel, reason, by }) => {
      const kept = channels.find(({ id }) => id === channel);
      const evaluation = kept === undefined ? null : await catalog.latestEvaluation(channel);
      if (kept === undefined || evaluation === null) return { kind: 'refused', why: 'no_channel' };
      const { flake } = kept;
      const { commitId } = evaluation;
      const released = await releases.releaseByCommit({ organisation, flake, channel, commitId });
      if (released !== null) return { kind: 'refused', why: 'released' };
      const systems = await coverageOfEvaluation(context, flake, evaluation);
      if (coverageRefusal(context, systems) === null) return { kind: 'refused', why: 'not_needed' };
      return exceptions.ask({ channel, commitId, reason, by, at: clock.now() });
    },
    approve: async (given) => {
      const heads = new Map<string, string>();
      for (const { id } of channels) {
        const evaluation = await catalog.latestEvaluation(id);
        if (evaluation !== null) heads.set(id, evaluation.commitId);
      }
      return exceptions.approve({ ...given, heads, at: clock.now() });
    },
    refuse: (given) => exceptions.refuse({ ...given, at: clock.now() }),
  };
}
