import { AppError, messageOf } from '../../foundation/errors.ts';
import type { ChannelStep } from '../../pipeline/changes/index.ts';
import { isWorthAnotherTry } from '../../platform/queue/index.ts';
import type { JobHandler } from './job.ts';

/** The same work, and why it could not be done stands at the channel until it could. */
export function notingTrouble(step: ChannelStep, work: JobHandler): JobHandler {
  return async (given) => {
    const { context, subject: channel, attempt = 1, signal } = given;
    const note = (trouble: { readonly says: string; readonly hint: string | null } | null) =>
      context.troubles.note({ channel, step, trouble, at: context.clock.now() });
    try {
      await work(given);
    } catch (error) {
      signal.throwIfAborted();
      // What may be over at the next try, such as a network that is away, troubles nobody yet.
      if (!isWorthAnotherTry(error, attempt))
        await note({ says: messageOf(error), hint: error instanceof AppError ? (error.hint ?? null) : null });
      throw error;
    }
    await note(null);
  };
}
