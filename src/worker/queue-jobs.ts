import type { JournalEvent } from '../journal/index.ts';
import { jobKinds } from './jobs/index.ts';
import type { WalkContext } from './walk-context.ts';

/** A job to queue: one waiting job a kind and subject is enough. */
export interface Wanted {
  readonly kind: keyof typeof jobKinds;
  readonly subject: string;
}

/** What an event asks for next: the order of the walk in one list. */
export function jobsAfter(event: JournalEvent, { channels }: Pick<WalkContext, 'channels'>): readonly Wanted[] {
  const everyChannel = (kind: Wanted['kind']) => channels.map(({ id }) => ({ kind, subject: id }));
  const ofChannel = (kind: Wanted['kind']): readonly Wanted[] =>
    channels.some(({ id }) => id === event.payload.channel) ? [{ kind, subject: String(event.payload.channel) }] : [];
  switch (event.kind) {
    case 'feeds.synced':
      return [{ kind: 'advisories.merge', subject: '' }];
    case 'advisories.merged':
      return everyChannel('channel.match');
    case 'catalog.covered-changed':
      return everyChannel('channel.evaluate');
    case 'channel.moved':
      return ofChannel('channel.evaluate');
    case 'catalog.evaluated':
      return ofChannel('channel.match');
    case 'matching.matched':
      return ofChannel('findings.update');
    default:
      return [];
  }
}
