import { assertNever } from '../../../foundation/assert-never.ts';
import { toIso } from '../../../foundation/clock.ts';
import type { PublishedEvent } from '../../../pipeline/evidence/index.ts';
import { day, minute } from '../format-time.ts';
import { Empty } from '../parts.tsx';
import { safeLink } from '../safe-link.tsx';

/** What was said when, oldest first; nothing is ever taken out. */
export function Timeline({ events }: { readonly events: readonly PublishedEvent[] }) {
  if (events.length === 0)
    return (
      <Empty>
        <p>Nothing was told under this id.</p>
      </Empty>
    );
  return (
    <ol class="journal">
      {events.map((event) => (
        <li>
          <time datetime={toIso(event.at)}>{minute(event.at)}</time>
          {event.line !== null && ` ${event.line}:`} <Said event={event} />
        </li>
      ))}
    </ol>
  );
}

function Said({ event }: { readonly event: PublishedEvent }) {
  switch (event.type) {
    case 'detected':
      return <>detected in {event.version}</>;
    case 'under_investigation':
      return <>under investigation</>;
    case 'affected':
      return <>affected{event.mitigation !== null && `; meanwhile: ${event.mitigation}`}</>;
    case 'not_affected':
      return (
        <>
          not affected{event.justification !== null && `, ${event.justification.replaceAll('_', ' ')}`}:{' '}
          {event.statement} {safeLink(event.evidence)}
        </>
      );
    case 'pending_upstream':
      return <>reported upstream: {safeLink(event.link)}</>;
    case 'fix_in_progress':
      return <>a fix is being made{event.target !== null && `, aimed at ${event.target}`}</>;
    case 'fixed':
      return <Fixed event={event} />;
    case 'fix_not_planned':
      return (
        <>
          no fix is planned{event.until !== null && ` before ${day(event.until)}`}: {event.reason}
        </>
      );
    case 'severity_changed':
      return (
        <>
          severity changed from {event.from} to {event.to}
        </>
      );
    case 'exploitation_known':
      return <>known to be exploited{event.since !== null && ` since ${day(event.since)}`}</>;
    case 'corrected':
      return <>corrected: {event.reason}</>;
    case 'withdrawn':
      return <>withdrawn: {event.reason}</>;
    default:
      return assertNever(event);
  }
}

function Fixed({ event }: { readonly event: Extract<PublishedEvent, { readonly type: 'fixed' }> }) {
  const { version, release, systems } = event;
  // The same fix is told once by the release, and again where it can be fetched.
  if (systems.length > 0) return <>the fix can be fetched on {systems.join(', ')}</>;
  return (
    <>
      fixed{version !== null && ` in ${version}`}
      {release !== null && (
        <>
          , release <a href={`/releases/${release.uuid}`}>{release.version}</a>
        </>
      )}
    </>
  );
}
