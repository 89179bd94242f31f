import type { JournalEvent } from '../../journal/index.ts';
import type { MessageKind } from './message.ts';
import { type PlannedMessage, textOf } from './planned-message.ts';

/** What waits for reviewers, what cannot go on without them, and what one of the house let in alone. */
export function reviewMessages(event: JournalEvent, kind: MessageKind): readonly PlannedMessage[] {
  const { payload, subject: id, actor } = event;
  const channel = textOf(event, 'channel') ?? '';
  const told = wordsOf(kind, { id, channel, actor, payload, reason: textOf(event, 'reason') ?? textOf(event, 'says') });
  if (told === null) return [];
  const topic = `${kind}|${id}|${textOf(event, 'treeId') ?? ''}`;
  const packages = Array.isArray(payload.packages) ? payload.packages.map(String) : [];
  return [
    {
      sequence: event.sequence,
      topics: [{ topic, level: 0 }],
      forgets: [],
      message: {
        kind,
        urgency: kind === 'review.broke-glass' ? 'urgent' : 'normal',
        ...told,
        facts: [{ name: 'Channel', value: channel }],
        lines: packages,
        command: null,
        links: [{ label: `Review ${id}`, url: `/reviews/${encodeURIComponent(id)}` }],
        dedupeKey: topic,
        incident: null,
        about: { advisoryIds: [], packages, channels: [channel], consumers: [], band: null, subscriber: null },
      },
    },
  ];
}

function wordsOf(
  kind: MessageKind,
  of: {
    readonly id: string;
    readonly channel: string;
    readonly actor: string;
    readonly payload: JournalEvent['payload'];
    readonly reason: string | null;
  },
): { readonly subject: string; readonly lead: string } | null {
  const { id, channel, actor, payload, reason } = of;
  const why = reason === null || reason === '' ? '' : ` Why: ${reason}`;
  switch (kind) {
    case 'review.examined': {
      const isCritical = payload.worst === 'critical';
      if (payload.class !== 'people' || !(payload.enforced === true || isCritical)) return null;
      const seen = isCritical ? ', something critical was seen' : '';
      return {
        subject: `Review ${id} of ${channel} is for people${seen}`,
        lead:
          payload.enforced === true
            ? 'It goes in when two people approve it.'
            : 'Reviews are only observed: it is in already, and has to be looked at.',
      };
    }
    case 'review.stuck':
      return { subject: `Review ${id} of ${channel} cannot be examined`, lead: `It waits until it can.${why}` };
    case 'review.outrun':
      return { subject: `Review ${id} of ${channel} cannot go in any more`, lead: `It has to be made anew.${why}` };
    case 'review.broke-glass':
      return {
        subject: `${actor} let review ${id} into ${channel} alone`,
        lead: `Two others have to approve it within 24 hours, or releases stop.${why}`,
      };
    default:
      return null;
  }
}
