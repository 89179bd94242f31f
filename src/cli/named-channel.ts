import type { Workspace } from '../app/index.ts';
import { AppError } from '../foundation/errors.ts';

type Channel = Workspace['context']['channels'][number];

/** The channel of that id; by default the first one. */
export function namedChannel({ context }: Pick<Workspace, 'context'>, named: string | undefined): Channel {
  const channel = context.channels.find(({ id }) => named === undefined || id === named);
  if (channel !== undefined) return channel;
  throw new AppError({ code: 'usage.channel', retryable: false }, `there is no channel ${named}`, {
    hint: `The channels are: ${context.channels.map(({ id }) => id).join(', ')}.`,
  });
}
