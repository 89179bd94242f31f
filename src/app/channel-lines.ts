import { type Configuration, configErrors } from '../config/index.ts';
import { AppError } from '../foundation/errors.ts';
import type { ChannelLine } from '../pipeline/changes/index.ts';

type Channels = Configuration['channel'];
type Setting = Channels[number];

const day = 86_400_000;
const rollingMinor = 1;

/** What each channel is, in the order of the settings. The first thing that does not fit is thrown, with what to do. */
export function linesOf(channels: Channels): readonly ChannelLine[] {
  const lines = channels.map((channel) => lineOf(channel, channels, []));
  for (const [index, channel] of channels.entries())
    if (channels.findIndex(({ id }) => id === channel.id) !== index)
      throw fault(`two channels are named ${channel.id}`, 'Give each [[channel]] an "id" of its own.');
  return lines;
}

function lineOf(channel: Setting, channels: Channels, above: readonly string[]): ChannelLine {
  const { id, over, line, cooldown, supported_from: from, end_of_support: lastDay } = channel;
  if (from !== undefined && lastDay !== undefined && lastDay < from)
    throw fault(`the support of ${id} ends before it begins`, 'Exchange supported_from and end_of_support.');
  const own = { from: from ?? null, until: lastDay === undefined ? null : lastDay + day };
  if (over === undefined) {
    if (cooldown !== undefined)
      throw fault(
        `${id} has a cooldown and stands over no channel`,
        'Name the channel that is to be followed: over = "rolling".',
      );
    return {
      kind: line === undefined ? 'rolling' : 'stable',
      minor: line === undefined ? rollingMinor : Number(line.replace('.', '')),
      over: null,
      cooldownMs: 0,
      support: own,
    };
  }
  if (channel.upstream !== undefined || line !== undefined)
    throw fault(
      `${id} stands over ${over} and has ${line === undefined ? 'an upstream' : 'a line'} of its own`,
      'Take one of the two out: a channel over another has what that one has.',
    );
  const base = channels.find((other) => other.id === over);
  if (base === undefined)
    throw fault(`${id} stands over ${over}, which is no channel`, 'Name the id of another [[channel]].');
  if (above.includes(over) || over === id)
    throw fault(`${id} stands over itself`, 'Let one of these channels have an upstream.');
  const { minor, support } = lineOf(base, channels, [...above, id]);
  return {
    kind: cooldown === undefined ? 'variant' : 'cooldown',
    minor,
    over,
    cooldownMs: cooldown ?? 0,
    support: { from: own.from ?? support.from, until: own.until ?? support.until },
  };
}

function fault(message: string, hint: string): AppError {
  return new AppError({ ...configErrors.invalid, code: 'config.channels' }, message, { hint });
}
