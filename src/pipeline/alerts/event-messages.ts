import { simplifiedVersion } from '../../formats/nix/flake-version.ts';
import type { JournalEvent } from '../../journal/index.ts';
import { actMessages } from './act-messages.ts';
import { breachNotes } from './breach-notes.ts';
import { channelMessage, stuckMessage } from './channel-message.ts';
import { exposedMessages } from './exposed.ts';
import { findingMessages, personalKinds } from './finding-messages.ts';
import { houseMessage } from './house-message.ts';
import { type MessageKind, messageKinds } from './message.ts';
import { notHeldMessages } from './not-held.ts';
import { type AlertFacts, type PlannedMessage, textOf } from './planned-message.ts';
import { isOfTwo, proposalMessages } from './proposal-messages.ts';
import { reviewMessages } from './review-message.ts';

/** Events after which somebody else may have to act, or to wait, than before. */
const movers: ReadonlySet<string> = new Set([
  'release.published',
  'release.yanked',
  'release.unyanked',
  'consumer.registered',
  'consumer.closure',
  'consumer.closure-removed',
  'finding.rerated',
  'finding.exploited',
  'finding.opened',
  'finding.reopened',
]);

/** Whether an event leads to messages at all. */
export function isTold({ kind }: Pick<JournalEvent, 'kind'>): boolean {
  return kind in messageKinds || kind in personalKinds || isOfTwo(kind) || movers.has(kind);
}

/** Everything that these events make worth telling, in their order. */
export function messagesOf(events: readonly JournalEvent[], facts: AlertFacts): readonly PlannedMessage[] {
  const told = events.flatMap((event) => messageOfEvent(event, facts));
  const lastMove = events.findLast(({ kind }) => movers.has(kind));
  if (lastMove === undefined) return told;
  const { sequence } = lastMove;
  return [
    ...told,
    ...actMessages(facts, sequence),
    ...exposedMessages(facts, sequence),
    ...notHeldMessages(facts, sequence),
  ];
}

function messageOfEvent(event: JournalEvent, facts: AlertFacts): readonly PlannedMessage[] {
  if (event.kind in personalKinds) return ofFinding(event, facts);
  if (isOfTwo(event.kind)) return proposalMessages(event, event.kind, facts);
  if (!(event.kind in messageKinds)) return [];
  if (event.kind.startsWith('release.')) return [releaseMessage(event)];
  if (event.kind === 'channel.stuck') return [stuckMessage(event)];
  if (event.kind.startsWith('channel.')) return [channelMessage(event, event.kind as MessageKind)];
  if (event.kind.startsWith('review.')) return reviewMessages(event, event.kind as MessageKind);
  return houseMessage(event) ?? ofFinding(event, facts);
}

function ofFinding(event: JournalEvent, facts: AlertFacts): readonly PlannedMessage[] {
  const finding = facts.findings.get(textOf(event, 'findingId') ?? '');
  if (finding === undefined) return [];
  const publishedAs = facts.idOf?.(finding.finding) ?? null;
  const told = findingMessages(event, finding, { publishedAs, ...facts });
  return event.kind === 'sla.breached' ? [...told, ...breachNotes(event, finding, facts)] : told;
}

function releaseMessage(event: JournalEvent): PlannedMessage {
  const uuid = textOf(event, 'uuid') ?? event.subject;
  const flake = `${textOf(event, 'organisation') ?? ''}/${textOf(event, 'flake') ?? ''}`;
  const name = `${flake} ${simplifiedVersion(textOf(event, 'version') ?? '')}`;
  const fixes = typeof event.payload.fixes === 'number' ? event.payload.fixes : 0;
  const isOut = event.kind === 'release.published';
  const reason = textOf(event, 'reason');
  const topic = `${event.kind}|${uuid}`;
  return {
    sequence: event.sequence,
    topics: [{ topic, level: 0 }],
    forgets: [],
    message: {
      kind: event.kind,
      urgency: 'normal',
      subject: isOut
        ? `${name} is out${fixes === 0 ? '' : fixes === 1 ? ' with a fix' : ` with ${fixes} fixes`}`
        : `${name} was withdrawn`,
      lead: isOut
        ? 'A new release. Those who lack a fix that it holds are told what to run.'
        : `Move away from this release.${reason === null ? '' : ` Why: ${reason}`}`,
      facts: [],
      lines: [],
      command: null,
      links: [{ label: 'The release', url: `/releases/${encodeURIComponent(uuid)}` }],
      dedupeKey: topic,
      incident: null,
      releases: isOut ? [uuid] : [],
      about: {
        advisoryIds: [],
        packages: [],
        channels: [textOf(event, 'channel') ?? ''].filter((channel) => channel !== ''),
        consumers: [],
        band: null,
        flakes: [flake],
        // To an outsider a private flake does not exist, and an unlisted one is not announced.
        isHidden: (textOf(event, 'visibility') ?? 'public') !== 'public',
        subscriber: null,
      },
    },
  };
}
