import type { JournalEvent } from '../../../journal/index.ts';
import { Empty, Moment } from '../parts.tsx';

const words: Readonly<Record<string, string>> = {
  'catalog.evaluated': 'Evaluated',
  'advisories.changed': 'Advisories changed',
  'matching.changed': 'Matched anew',
  'finding.opened': 'Finding opened',
  'finding.fixed': 'Finding fixed',
  'finding.reopened': 'Finding opened again',
  'channel.moved': 'Channel moved',
  'change.applied': 'Change applied',
  'release.published': 'Released',
  'release.yanked': 'Release withdrawn',
  'consumer.registered': 'Consumer seen',
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
  const named = ['advisoryId', 'attr', 'version', 'channel', 'name', 'source']
    .map((key) => payload[key])
    .filter((value): value is string => typeof value === 'string');
  return (named.length === 0 ? subject : named.join(' ')).slice(0, 160);
}
