import type { EpochMs } from '../../foundation/clock.ts';
import { AppError } from '../../foundation/errors.ts';
import type { Envelope, SendOutcome, Wires } from './channels/channel.ts';
import { alertChannels } from './channels/index.ts';
import type { MessageKind } from './message.ts';

/** A place that messages go to, as the configuration names it. */
export interface AlertTarget {
  readonly name: string;
  readonly channel: string;
  readonly title: string;
  readonly needsAddress: boolean;
  /** The only kinds that it can tell of; null: all. */
  readonly tells: readonly MessageKind[] | null;
  readonly together: number;
  readonly paceMs: number;
  readonly send: (given: {
    readonly envelope: Envelope;
    readonly wires: Wires;
    readonly now: EpochMs;
    readonly signal: AbortSignal;
  }) => Promise<SendOutcome>;
}

/** A channel with its settings; a failure names the target and what is wrong. */
export function bindTarget(given: {
  readonly name: string;
  readonly channel: string;
  readonly settings: Readonly<Record<string, unknown>>;
  /** Read at each message, so that a key can be exchanged without a restart. */
  readonly secret: () => Promise<string | null>;
}): AlertTarget {
  const { name, secret } = given;
  const channel = alertChannels.find(({ id }) => id === given.channel);
  if (channel === undefined)
    throw new AppError(
      { code: 'config.targets', retryable: false },
      `target ${name}: there is no channel ${given.channel}`,
      {
        hint: `The channels are: ${alertChannels.map(({ id }) => id).join(', ')}.`,
      },
    );
  const parsed = channel.settings.safeParse(given.settings);
  if (!parsed.success)
    throw new AppError(
      { code: 'config.targets', retryable: false },
      `target ${name}: ${parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`.trim()).join('; ')}`,
      { hint: 'Correct its [[target]] in snowguard.toml; docs/operating says what each channel takes.' },
    );
  const { id, title, needsAddress, tells = null, together, paceMs } = channel;
  return {
    name,
    channel: id,
    title,
    needsAddress,
    tells,
    together,
    paceMs,
    send: async (sending) => channel.send({ ...sending, settings: parsed.data, secret: await secret() }),
  };
}
