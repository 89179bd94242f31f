import type { JournalEvent } from '../../journal/index.ts';
import type { MessageKind } from './message.ts';
import { type PlannedMessage, textOf } from './planned-message.ts';

/** What waits for reviewers, what cannot go on without them, and what one of the house let in alone. */
export function reviewMessages(event: JournalEvent, kind: MessageKind): readonly PlannedMessage[] {
  const { payload, subject: id, actor } = event;
  const channel = textOf(event, 'channel') ?? '';
  const told = wordsOf(kind, { id, channel, actor, payload, reason: textOf(event, 'reason') ?? textOf(event, 'says') });
  if (told === null) return [];
  // About one review, or about reviews as such.
  const isOfOne = channel !== '';
  const topic = `${kind}|${id}|${isOfOne ? (textOf(event, 'treeId') ?? '') : event.sequence}`;
  const packages = Array.isArray(payload.packages) ? payload.packages.map(String) : [];
  return [
    {
      sequence: event.sequence,
      topics: [{ topic, level: 0 }],
      forgets: [],
      message: {
        kind,
        urgency: kind === 'review.broke-glass' || !isOfOne ? 'urgent' : 'normal',
        ...told,
        facts: isOfOne ? [{ name: 'Channel', value: channel }] : [],
        lines: packages,
        command: null,
        links: isOfOne
          ? [{ label: `Review ${id}`, url: `/reviews/${encodeURIComponent(id)}` }]
          : [{ label: 'Reviews', url: '/reviews' }],
        dedupeKey: topic,
        incident: null,
        about: {
          advisoryIds: [],
          packages,
          channels: isOfOne ? [channel] : [],
          consumers: [],
          band: null,
          subscriber: null,
        },
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
    case 'review.observe-agreed':
      return {
        subject: `${actor} agreed to end enforced reviews`,
        lead: `When a second person agrees within a week, one edit of the settings ends them.${why}`,
      };
    case 'review.observed':
      return {
        subject: 'Reviews are not enforced any more',
        lead: 'What upstream brings goes in and is released without anybody, and is only looked at beside it.',
      };
    default:
      return null;
  }
}
