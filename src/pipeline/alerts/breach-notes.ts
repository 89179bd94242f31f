import { type EpochMs, toIso } from '../../foundation/clock.ts';
import type { JournalEvent } from '../../journal/index.ts';
import type { ClockedFinding } from '../findings/index.ts';
import { type AlertFacts, type PlannedMessage, pageOf, severityWords, textOf } from './planned-message.ts';

/** SLA-40: a promise was broken. Each consumer that holds the package reads so once, with what is meant to happen now. */
export function breachNotes(
  event: JournalEvent,
  clocked: ClockedFinding,
  facts: AlertFacts,
): readonly PlannedMessage[] {
  const clock = textOf(event, 'clock') === 'response' ? 'response' : 'remediation';
  const { dueAt } = event.payload;
  return holdersOf(clocked, facts).map(({ id, consumer, isFixed }) =>
    noteTo({ id, consumer, isFixed, clock, dueAt: typeof dueAt === 'number' ? dueAt : null }, event, clocked, facts),
  );
}

interface Note {
  readonly id: string;
  readonly consumer: string;
  /** A release has the fix, and it only has to move. */
  readonly isFixed: boolean;
  readonly clock: 'response' | 'remediation';
  readonly dueAt: EpochMs | null;
}

function holdersOf(
  { finding }: ClockedFinding,
  { exposed, acts }: AlertFacts,
): readonly Omit<Note, 'clock' | 'dueAt'>[] {
  const { id, advisoryId, attr, channel } = finding;
  const holders = [
    ...exposed
      .filter(({ exposures }) => exposures.some(({ findingId }) => findingId === id))
      .map(({ consumerId, consumer }) => ({ id: consumerId, consumer, isFixed: false })),
    ...acts
      .filter(
        (act) => act.channel === channel && act.fixes.some((fix) => fix.advisoryId === advisoryId && fix.attr === attr),
      )
      .map(({ consumerId, consumer }) => ({ id: consumerId, consumer, isFixed: true })),
  ];
  return [...new Map(holders.map((holder) => [holder.id, holder])).values()];
}

function noteTo(
  { id, consumer, isFixed, clock, dueAt }: Note,
  event: JournalEvent,
  { finding }: ClockedFinding,
  { says }: AlertFacts,
): PlannedMessage {
  const { advisoryId, attr, channel, band, knownExploited } = finding;
  const what = clock === 'response' ? 'our answer' : 'a fix';
  const [target, mitigation] = [says?.targetOf(finding.id, clock) ?? null, says?.mitigationOf(finding.id) ?? null];
  const topic = `promise-missed|${id}|${finding.id}|${clock}`;
  return {
    sequence: event.sequence,
    topics: [{ topic, level: 0 }],
    forgets: [],
    message: {
      kind: 'promise-missed',
      urgency: band === 'critical' || knownExploited ? 'urgent' : 'normal',
      subject: `${consumer}: ${what} for ${advisoryId} in ${attr} is late`,
      lead: isFixed
        ? `We promised ${what} and did not keep the time. A release has the fix meanwhile: what to run is on the page.`
        : `We promised ${what} and did not keep the time. As soon as a release has the fix you are told what to run.`,
      facts: [
        { name: 'Consumer', value: consumer },
        { name: 'Package', value: `${attr} ${finding.version}` },
        { name: 'Severity', value: severityWords(band, knownExploited) },
        ...(dueAt === null ? [] : [{ name: 'Promised by', value: toIso(dueAt) }]),
        { name: 'Now meant for', value: target === null ? 'not said yet' : toIso(target) },
        { name: 'Until then', value: mitigation ?? 'no mitigation was stated' },
      ],
      lines: [],
      command: null,
      links: [
        { label: advisoryId, url: pageOf(advisoryId) },
        { label: 'Where it stands', url: '/consumers' },
        { label: 'The clocks', url: `/sla/${finding.id}` },
      ],
      dedupeKey: topic,
      incident: null,
      concerns: [{ consumer, findingId: finding.id, advisoryId, attr }],
      about: {
        advisoryIds: [advisoryId],
        packages: [attr],
        channels: [channel],
        consumers: [consumer],
        band,
        subscriber: null,
      },
    },
  };
}
