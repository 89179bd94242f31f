import { AppError } from '../../foundation/errors.ts';
import type { KeptChannel, WalkContext } from '../walk-context.ts';

/** Does one piece of work about `subject` (a channel, a feed, or nothing). Safe to run again at any point. */
export type JobHandler = (given: {
  readonly context: WalkContext;
  readonly subject: string;
  /** 1 at the first try; absent where it is done as a part of another job. */
  readonly attempt?: number;
  readonly signal: AbortSignal;
}) => Promise<void>;

/** The channel that a job is about. */
export function channelOf(context: WalkContext, id: string): KeptChannel {
  const channel = context.channels.find((candidate) => candidate.id === id);
  if (channel !== undefined) return channel;
  throw new AppError({ code: 'worker.no-channel', retryable: false }, `there is no channel ${id.slice(0, 100)}`, {
    hint: 'Add it to snowguard.toml, or name another.',
  });
}
