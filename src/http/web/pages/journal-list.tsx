import type { JournalEvent } from '../../../journal/index.ts';
import { Empty, Moment } from '../parts.tsx';

const words: Readonly<Record<string, string>> = {
  'advisory.published': 'Advisory published',
  'advisory.withdrawn': 'Advisory withdrawn',
  'catalog.covered-changed': 'Covered set changed',
  'channel.moved': 'Channel moved',
  'channel.stuck': 'Channel cannot go on',
  'consumer.registered': 'Consumer seen',
  'embargo.ended': 'Embargo ended',
  'feeds.incident': 'Feed incident',
  'finding.fixed': 'Finding fixed',
  'finding.opened': 'Finding opened',
  'finding.reopened': 'Finding opened again',
  'finding.rerated': 'Severity changed',
  'finding.retracted': 'Finding withdrawn',
  'matching.adopted': 'Newer matching adopted',
  'matching.compared': 'Newer matching waits',
  'release.published': 'Released',
  'release.unyanked': 'Release back',
  'release.yanked': 'Release withdrawn',
  'review.broke-glass': 'One person let a step in alone',
  'review.enforced': 'Reviews are enforced',
  'review.observe-agreed': 'Somebody agreed to end enforced reviews',
  'review.observed': 'Reviews are only observed from here on',
  'sla.breached': 'A promise was broken',
  'sla.terms-proposed': 'Another policy was proposed',
  'sla.terms-taken': 'A policy is in force',
  'sla.rota_gap': 'Hours without anybody to call',
  'sla.calendar_ending': 'Holidays of the policy end soon',
};

/** Facts of the journal, newest first. */
export function JournalList({ events, now }: { readonly events: readonly JournalEvent[]; readonly now: number }) {
  if (events.length === 0) {
    return (
      <Empty>
        <p>Nothing has happened yet.</p>
      </Empty>
    );
  }
  return (
    <ol class="journal">
      {events.map((event) => (
        <li>
          <Moment at={event.at} now={now} /> {words[event.kind] ?? event.kind} <code>{subjectOf(event)}</code>
        </li>
      ))}
    </ol>
  );
}

/** What a reader knows the subject by: a version or a package before an id. */
function subjectOf({ subject, payload }: JournalEvent): string {
  const named = ['publicationId', 'advisoryId', 'attr', 'version', 'channel', 'name', 'source']
    .map((key) => payload[key])
    .filter((value): value is string => typeof value === 'string');
  return (named.length === 0 ? subject : named.join(' ')).slice(0, 160);
}
