import type { JournalEvent } from '../../journal/index.ts';
import type { MessageKind } from './message.ts';
import { type PlannedMessage, textOf } from './planned-message.ts';

/** The support of a channel is ending, or has ended: who builds on it has to move, and to where. */
export function channelMessage(event: JournalEvent, kind: MessageKind): PlannedMessage {
  const channel = textOf(event, 'channel') ?? event.subject;
  const lastDay = textOf(event, 'lastDay') ?? '';
  const successor = textOf(event, 'successor');
  const isOver = kind === 'channel.ended';
  const topic = `${kind}|${channel}|${lastDay}|${event.sequence}`;
  return {
    sequence: event.sequence,
    topics: [{ topic, level: 0 }],
    forgets: [],
    message: {
      kind,
      urgency: 'normal',
      subject: isOver ? `${channel} is not supported any more` : `${channel} is supported until ${lastDay}`,
      lead: `${
        isOver
          ? 'What becomes known from now on is not fixed there.'
          : 'What becomes known after that day is not fixed there.'
      } ${successor === null ? 'There is no line after it yet.' : `Move to ${successor}.`}`,
      facts: [{ name: 'Last day', value: lastDay }],
      lines: [],
      command: null,
      links: [{ label: channel, url: `/channels/${encodeURIComponent(channel)}` }],
      dedupeKey: topic,
      incident: null,
      about: { advisoryIds: [], packages: [], channels: [channel], consumers: [], band: null, subscriber: null },
    },
  };
}

/** Nothing new comes in, or nothing is released, until somebody does something about it. */
export function stuckMessage(event: JournalEvent): PlannedMessage {
  const channel = textOf(event, 'channel') ?? event.subject;
  const hint = textOf(event, 'hint');
  const topic = `channel.stuck|${event.subject}|${event.sequence}`;
  return {
    sequence: event.sequence,
    topics: [{ topic, level: 0 }],
    forgets: [],
    message: {
      kind: 'channel.stuck',
      urgency: 'normal',
      subject: `${channel} cannot go on`,
      lead: `${textOf(event, 'says') ?? 'It is not known why'}.${hint === null ? '' : ` ${hint}`}`,
      facts: [{ name: 'Step', value: textOf(event, 'step') ?? '' }],
      lines: [],
      command: null,
      links: [{ label: 'Channels', url: '/channels' }],
      dedupeKey: topic,
      incident: null,
      about: { advisoryIds: [], packages: [], channels: [channel], consumers: [], band: null, subscriber: null },
    },
  };
}
