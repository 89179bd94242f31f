import type { KnownPerson } from '../../accounts/index.ts';
import type { JournalEvent } from '../../journal/index.ts';
import { type ClockedFinding, isUnsupported } from '../findings/index.ts';
import { type MessageKind, messageKinds } from './message.ts';
import { type AlertFacts, levelOf, type PlannedMessage, pageOf, severityWords, textOf } from './planned-message.ts';

/** What opens a case and what closes it: after the one, the other is news again. */
const closing: readonly MessageKind[] = ['finding.fixed', 'finding.retracted'];
const opening: readonly MessageKind[] = ['finding.reopened'];

/** What an analyst asks for, and a security lead who is somebody else approves (LC-03). */
const asks = {
  'finding.down-requested': 'somebody asks to lower its severity',
  'finding.risk-asked': 'somebody asks to bear its risk',
  'finding.pause-requested': 'somebody asks to pause its clock',
  'finding.correction-requested': 'somebody asks to correct when it was first public',
} as const;
const lapses = {
  'finding.down-lapsed': 'nobody approved a lower severity',
  'finding.risk-lapsed': 'nobody approved that its risk is borne',
} as const;

/** What is told to people by name alone. */
export const personalKinds = {
  'finding.unclaimed': 'your time for it is over',
  ...asks,
  ...lapses,
} as const satisfies Readonly<Record<string, string>>;

type FindingKind = MessageKind | keyof typeof personalKinds;
const words: Readonly<Record<string, string>> = { ...messageKinds, ...personalKinds };

/** Told each time, and not only when it grows graver. */
const isOfOnce = (kind: FindingKind) =>
  isOneOf(['sla.paged', 'sla.acknowledged', 'finding.update-missed'], kind) ||
  kind in personalKinds ||
  kind.startsWith('finding.risk-');

/** What is for those who work on it, and not for those who run the package. */
const isWork = (kind: FindingKind) =>
  kind.startsWith('sla.') ||
  kind.startsWith('finding.risk-') ||
  kind === 'finding.update-missed' ||
  kind in personalKinds;

/** One message to everybody who wants it; and first to those it names, whatever they subscribed to. */
export function findingMessages(
  event: JournalEvent,
  clocked: ClockedFinding,
  { publishedAs, people = [] }: { readonly publishedAs: string | null } & Pick<AlertFacts, 'people'>,
): readonly PlannedMessage[] {
  const kind = event.kind as FindingKind;
  // Who gave it back knows.
  if (kind === 'finding.unclaimed' && textOf(event, 'reason') !== 'expired') return [];
  const planned = findingMessage(event, kind, clocked, publishedAs);
  if (kind === 'sla.paged') return [forOne(planned, textOf(event, 'person'))];
  const toNamed = [...namedIn(event), ...approversOf(event, people)].map((name) => forOne(planned, name));
  return kind in personalKinds ? toNamed : [...toNamed, planned];
}

function approversOf({ kind, actor }: JournalEvent, people: readonly KnownPerson[]): readonly string[] {
  if (!(kind in asks)) return [];
  const leads = people.filter(({ removedAt, roles }) => removedAt === null && roles.includes('security_lead'));
  return leads.map(({ name }) => name).filter((name) => name !== actor);
}

/** SLA-40: who has it, and from three quarters of the time on the leads. */
function namedIn(event: JournalEvent): readonly string[] {
  // What is asked for about a risk goes to those who decide; its owner hears of it when it is borne.
  if (event.kind in asks) return [];
  const { leads } = event.payload;
  const named = [
    textOf(event, 'askedBy'),
    textOf(event, 'owner'),
    textOf(event, 'claimedBy'),
    ...(Array.isArray(leads) ? leads.slice(0, 20) : []),
  ];
  return [...new Set(named.filter((name): name is string => typeof name === 'string' && name !== ''))];
}

function forOne(planned: PlannedMessage, subscriber: string | null): PlannedMessage {
  const { message } = planned;
  return { ...planned, message: { ...message, about: { ...message.about, subscriber } } };
}

function findingMessage(
  event: JournalEvent,
  kind: FindingKind,
  { finding, deadlines }: ClockedFinding,
  publishedAs: string | null,
): PlannedMessage {
  const { advisoryId, attr, channel, band, knownExploited } = finding;
  const subject = `${advisoryId}|${attr}`;
  // Each call and each threshold of a clock is one of its own.
  const step = kind.startsWith('sla.')
    ? `|${channel}|${textOf(event, 'clock') ?? ''}|${String(event.payload.threshold ?? '')}|${String(event.payload.plannedAt ?? '')}`
    : '';
  const topic = `${kind}|${subject}${step}${isOfOnce(kind) ? `|${event.sequence}` : ''}`;
  const isUrgent = kind === 'sla.paged' || band === 'critical' || knownExploited || kind === 'sla.breached';
  return {
    sequence: event.sequence,
    topics: [{ topic, level: levelOf(band, knownExploited) }],
    forgets: (isOneOf(closing, kind) ? opening : kind === 'finding.reopened' ? closing : []).map(
      (other) => `${other}|${subject}`,
    ),
    message: {
      kind,
      urgency: isUrgent ? 'urgent' : 'normal',
      subject: `${advisoryId} in ${attr}: ${words[kind] ?? ''}`,
      lead: textOf(event, 'says') ?? askOf(event) ?? leadOf(kind, { finding, deadlines }),
      facts: [
        { name: 'Package', value: `${attr} ${finding.version}` },
        { name: 'Channel', value: channel },
        ...(publishedAs === null ? [] : [{ name: 'Published as', value: publishedAs }]),
        { name: 'Severity', value: severityWords(band, knownExploited) },
        ...(finding.fixedVersion === null ? [] : [{ name: 'Fixed in', value: finding.fixedVersion }]),
        ...(finding.state === 'open' && deadlines.state !== 'void'
          ? [{ name: 'Promised by', value: new Date(deadlines.remediationDueAt).toUTCString() }]
          : []),
      ],
      lines: finding.explanation === '' ? [] : [finding.explanation],
      command: null,
      links: [
        ...(isWork(kind) ? [{ label: 'Decide', url: `/findings/${finding.id}` }] : []),
        { label: advisoryId, url: pageOf(advisoryId) },
        { label: attr, url: `/packages/${encodeURIComponent(attr)}` },
      ],
      dedupeKey: topic,
      incident: kind in asks || kind in lapses ? null : { key: `${subject}|${channel}`, step: stepOf(kind) },
      about: {
        advisoryIds: [advisoryId],
        packages: [attr],
        channels: [channel],
        consumers: [],
        band,
        subscriber: null,
      },
    },
  };
}

function isOneOf(kinds: readonly string[], kind: string): boolean {
  return kinds.includes(kind);
}

function askOf(event: JournalEvent): string | null {
  if (!(event.kind in asks)) return null;
  const reason = textOf(event, 'reason');
  return `${event.actor} asks${reason === null ? '' : `: “${reason.slice(0, 500)}”`}. Another one who has the role security_lead reads it and approves exactly that, or it lapses.`;
}

/** A pager keeps one incident a finding. */
function stepOf(kind: FindingKind): 'trigger' | 'acknowledge' | 'resolve' {
  if (kind === 'sla.acknowledged') return 'acknowledge';
  return isOneOf(closing, kind) ? 'resolve' : 'trigger';
}

function leadOf(kind: FindingKind, clocked: ClockedFinding): string {
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
    case 'finding.update-missed':
      return 'News was promised for now, and there is none. Say where it stands, and when there will be more.';
    case 'finding.down-lapsed':
    case 'finding.risk-lapsed':
      return 'Nothing was changed. Whoever still wants it asks again.';
    case 'finding.unclaimed':
      return 'It is back in the queue for everybody. Claim it again if you still work on it.';
    case 'sla.forecast_late':
      return 'By how long such fixes take, this one comes after the promised time. Look at what holds it up.';
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
