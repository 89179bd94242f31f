import { assertNever } from '../foundation/assert-never.ts';
import { toIso } from '../foundation/clock.ts';
import { type EmbargoEvent, refusalWords } from '../pipeline/embargoes/index.ts';
import type { EmbargoOpened } from './embargo-port.ts';

/** Why no embargo was opened. */
export function openedWords(outcome: Exclude<EmbargoOpened, { readonly kind: 'opened' }>): string {
  switch (outcome.kind) {
    case 'refused':
      return refusalWords(outcome);
    case 'unknown-people':
      return `Of the house are not: ${outcome.people.join(', ')}.`;
    case 'already-public':
      return `${outcome.advisoryId} is public already: work on it in the open.`;
    case 'not-carried':
      return `No channel carries ${outcome.attrs.join(', ')}: write the attribute path as "snowguard search" shows it.`;
    default:
      return assertNever(outcome);
  }
}

/** The text that somebody added; null where the sentence says it all. */
export function embargoEventText(event: EmbargoEvent): string | null {
  return event.kind === 'noted' ? event.text : event.kind === 'fix' ? event.patch : null;
}

/** What happened, as one sentence; a text of several lines stays apart. */
export function embargoEventWords(event: EmbargoEvent): string {
  switch (event.kind) {
    case 'opened':
      return 'opened it';
    case 'let-in':
      return `let ${event.person} in`;
    case 'matched':
      return `${event.match.channel} carries ${event.match.attr} ${event.match.version}, which is affected`;
    case 'unmatched':
      return `${event.channel} ${event.version === null ? `does not carry ${event.attr} any more` : `carries ${event.attr} ${event.version}, which is not affected`}`;
    case 'noted':
      return 'noted';
    case 'fix':
      return `prepared a fix for ${event.channel}`;
    case 'proposed':
      return event.reviewId === null
        ? `the fix for ${event.channel} could not be proposed: ${event.why}`
        : `proposed the fix for ${event.channel} as review ${event.reviewId}`;
    case 'claimed':
      return 'works on it';
    case 'released':
      return 'gave it back';
    case 'determined':
      return `found ${event.attr ?? 'all packages'} ${event.as.replace('_', ' ')}: ${event.statement}`;
    case 'aware':
      return `knows of attacks since ${toIso(event.since)}: ${event.evidence}`;
    case 'moved':
      return `moved the publication from ${toIso(event.from)} to ${toIso(event.to)}: ${event.reason}`;
    case 'ended':
      return `ended: ${event.reason}`;
    case 'untold':
      return `no message reached ${event.person}: tell them yourself`;
    default:
      return assertNever(event);
  }
}
