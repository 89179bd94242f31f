import type { JournalEvent } from '../journal/index.ts';
import { isTold } from '../pipeline/alerts/index.ts';
import { concernsIds } from '../pipeline/evidence/index.ts';
import type { JobKind } from './jobs/index.ts';
import type { KeptChannel } from './walk-context.ts';

/** A job to queue. `subject` is a channel or a feed; one waiting job of a kind and subject is enough. */
export interface WantedJob {
  readonly kind: JobKind;
  readonly subject: string;
}

type Followed = Pick<KeptChannel, 'id'> & { readonly line?: Pick<KeptChannel['line'], 'kind' | 'over'> };

/** What an event asks for next. */
export function jobsAfter(event: JournalEvent, channels: readonly Followed[]): readonly WantedJob[] {
  return [
    ...walkAfter(event, channels),
    ...(concernsIds(event) ? [{ kind: 'publications.number', subject: '' } as const] : []),
    ...(isTold(event) ? [{ kind: 'alerts.plan', subject: '' } as const] : []),
  ];
}

/** The order of the walk in one list. */
function walkAfter(event: JournalEvent, channels: readonly Followed[]): readonly WantedJob[] {
  const named = channels.filter(({ id }) => id === event.payload.channel);
  const forEach = (of: readonly { readonly id: string }[], kind: JobKind): readonly WantedJob[] =>
    of.map(({ id }) => ({ kind, subject: id }));
  switch (event.kind) {
    case 'feeds.synced':
      // Scores of exploitation change no advisory, but the order of what is open.
      return [
        { kind: 'advisories.merge', subject: '' },
        ...(event.subject === 'epss' ? forEach(channels, 'channel.settle') : []),
      ];
    case 'advisories.merged':
      return [...forEach(channels, 'channel.settle'), { kind: 'embargoes.tend', subject: '' }];
    case 'embargo.ended':
    case 'matching.mapping-reviewed':
    case 'matching.fixes-read':
    case 'matching.taken':
      return forEach(channels, 'channel.settle');
    case 'catalog.covered-changed':
      return forEach(channels, 'channel.evaluate');
    case 'channel.moved':
      return [
        ...forEach(named, 'channel.evaluate'),
        ...forEach(named, 'reviews.renew'),
        ...forEach(variantsOf(event, channels), 'channel.sync'),
      ];
    case 'catalog.evaluated':
    case 'release.exception-approved':
      return [...forEach(named, 'channel.settle'), { kind: 'embargoes.tend', subject: '' }];
    case 'matching.adopted':
      return forEach(named, 'channel.settle');
    case 'consumer.registered':
    case 'consumer.closure':
    case 'consumer.closure-removed':
    case 'finding.exposure':
    case 'finding.released':
      return [{ kind: 'sla.adoptions', subject: '' }];
    case 'alerts.delivered':
    case 'alerts.replied':
      return [{ kind: 'sla.customers', subject: '' }];
    case 'matching.matched':
      return forEach(named, 'fixes.read');
    case 'finding.opened':
    case 'finding.reopened':
      return [{ kind: 'proposal.make', subject: event.subject }];
    case 'review.opened':
      return [{ kind: 'review.examine', subject: event.subject }];
    case 'review.window-opened':
      return textsIn(event.payload.reviews).map((subject) => ({ kind: 'review.examine', subject }));
    case 'review.examined':
      return [{ kind: 'fix.spread', subject: event.subject }];
    case 'review.accepted':
      return [{ kind: 'review.accept', subject: event.subject }];
    case 'alerts.planned':
      return textsIn(event.payload.targets).map((subject) => ({ kind: 'deliveries.send', subject }));
    default:
      return [];
  }
}

/** Those that stand over the channel without waiting. */
function variantsOf({ payload: { channel } }: JournalEvent, channels: readonly Followed[]): readonly Followed[] {
  return channels.filter(({ line }) => line?.kind === 'variant' && line.over === channel);
}

function textsIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
