import { simplifiedVersion } from '../../formats/nix/flake-version.ts';
import type { JournalEvent } from '../../journal/index.ts';
import { type ClockedFinding, isUnsupported } from '../findings/index.ts';
import { actMessages } from './act-messages.ts';
import { channelMessage } from './channel-message.ts';
import { exposedMessages } from './exposed.ts';
import { type MessageKind, messageKinds } from './message.ts';
import { notHeldMessages } from './not-held.ts';
import { type AlertFacts, levelOf, type PlannedMessage, pageOf, severityWords, textOf } from './planned-message.ts';
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
  return kind in messageKinds || movers.has(kind);
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
  if (!(event.kind in messageKinds)) return [];
  if (event.kind.startsWith('release.')) return [releaseMessage(event)];
  if (event.kind.startsWith('channel.')) return [channelMessage(event, event.kind as MessageKind)];
  if (event.kind.startsWith('review.')) return reviewMessages(event, event.kind as MessageKind);
  const finding = facts.findings.get(textOf(event, 'findingId') ?? '');
  return finding === undefined ? [] : [findingMessage(event, event.kind as MessageKind, finding)];
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

/** What opens a case and what closes it: after the one, the other is news again. */
const closing: readonly MessageKind[] = ['finding.fixed', 'finding.retracted'];
const opening: readonly MessageKind[] = ['finding.reopened'];

function findingMessage(
  event: JournalEvent,
  kind: MessageKind,
  { finding, deadlines }: ClockedFinding,
): PlannedMessage {
  const { advisoryId, attr, channel, band, knownExploited } = finding;
  const isCall = kind === 'sla.paged';
  const isOfOnce = isCall || kind === 'sla.acknowledged' || kind.startsWith('finding.risk-');
  const subject = `${advisoryId}|${attr}`;
  // Each call and each threshold of a clock is one of its own.
  const step = kind.startsWith('sla.')
    ? `|${channel}|${textOf(event, 'clock') ?? ''}|${String(event.payload.threshold ?? '')}|${String(event.payload.plannedAt ?? '')}`
    : '';
  const topic = `${kind}|${subject}${step}${isOfOnce ? `|${event.sequence}` : ''}`;
  const isUrgent = isCall || band === 'critical' || knownExploited || kind === 'sla.breached';
  return {
    sequence: event.sequence,
    topics: [{ topic, level: levelOf(band, knownExploited) }],
    forgets: (closing.includes(kind) ? opening : kind === 'finding.reopened' ? closing : []).map(
      (other) => `${other}|${subject}`,
    ),
    message: {
      kind,
      urgency: isUrgent ? 'urgent' : 'normal',
      subject: `${advisoryId} in ${attr}: ${messageKinds[kind]}`,
      lead: textOf(event, 'says') ?? leadOf(kind, { finding, deadlines }),
      facts: [
        { name: 'Package', value: `${attr} ${finding.version}` },
        { name: 'Channel', value: channel },
        { name: 'Severity', value: severityWords(band, knownExploited) },
        ...(finding.fixedVersion === null ? [] : [{ name: 'Fixed in', value: finding.fixedVersion }]),
        ...(finding.state === 'open' && deadlines.state !== 'void'
          ? [{ name: 'Promised by', value: new Date(deadlines.remediationDueAt).toUTCString() }]
          : []),
      ],
      lines: finding.explanation === '' ? [] : [finding.explanation],
      command: null,
      links: [
        { label: advisoryId, url: pageOf(advisoryId) },
        { label: attr, url: `/packages/${encodeURIComponent(attr)}` },
      ],
      dedupeKey: topic,
      incident: { key: `${subject}|${channel}`, step: stepOf(kind) },
      about: {
        advisoryIds: [advisoryId],
        packages: [attr],
        channels: [channel],
        consumers: [],
        band,
        subscriber: isCall ? textOf(event, 'person') : null,
      },
    },
  };
}

/** A pager keeps one incident a finding. */
function stepOf(kind: MessageKind): 'trigger' | 'acknowledge' | 'resolve' {
  if (kind === 'sla.acknowledged') return 'acknowledge';
  return closing.includes(kind) ? 'resolve' : 'trigger';
}

function leadOf(kind: MessageKind, clocked: ClockedFinding): string {
  const { attr, channel, state, releasedAt } = clocked.finding;
  if (isUnsupported(clocked))
    return `${channel} was not supported any more when this became known: move to a line that is.`;
  switch (kind) {
    case 'finding.opened':
    case 'finding.reopened':
      return state === 'under_investigation'
        ? 'The evidence is not conclusive; a person is looking at it. Nothing to run yet.'
        : `${attr} in ${channel} is affected. A fix is being made; nothing to run yet.`;
    case 'finding.fixed':
      return releasedAt === null
        ? `${channel} holds the fix; the next release carries it.`
        : `${channel} holds the fix, and a release carries it.`;
    case 'finding.retracted':
      return 'Nothing to do.';
    case 'finding.rerated':
      return 'The order of what is to be done, and the promised time, may have changed.';
    case 'finding.risk-expired':
      return 'The risk is not accepted any more: fix it, or have it accepted anew.';
    case 'finding.exploited':
      return 'It is known to be used in attacks: this goes first.';
    case 'sla.at_risk':
      return 'Most of the promised time is used. Look at what holds it up.';
    case 'sla.breached':
      return 'The promise was not kept. Look at what holds it up, and say so.';
    case 'sla.paged':
      return 'You are on duty. Say that you have it, or the next person is called.';
    case 'sla.acknowledged':
      return 'Somebody answered the call and has it.';
    default:
      return '';
  }
}
