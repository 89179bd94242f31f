import { type EpochMs, toIsoDay } from '../../foundation/clock.ts';
import type { JournalEvent } from '../../journal/index.ts';
import type { Message, MessageKind } from './message.ts';
import { type PlannedMessage, textOf } from './planned-message.ts';

interface Told {
  readonly subject: string;
  readonly lead: string;
  readonly lines?: readonly string[];
  readonly packages?: readonly string[];
  readonly link: Message['links'][number];
}

/** What stands in the way of the promise itself, or ends it: no finding, but people have to see to it. Null: it is none of that. */
export function houseMessage(event: JournalEvent): readonly PlannedMessage[] | null {
  const told = toldOf(event);
  if (told === null || told === 'nothing') return told === null ? null : [];
  const { subject, lead, lines = [], packages = [], link } = told;
  const topic = `${event.kind}|${event.sequence}`;
  return [
    {
      sequence: event.sequence,
      topics: [{ topic, level: 0 }],
      forgets: [],
      message: {
        kind: event.kind,
        urgency: 'normal',
        subject,
        lead,
        facts: [],
        lines,
        command: null,
        links: [link],
        dedupeKey: topic,
        incident: null,
        about: { advisoryIds: [], packages, channels: [], consumers: [], band: null, subscriber: null },
      },
    },
  ];
}

function toldOf(event: JournalEvent): Told | 'nothing' | null {
  const reason = textOf(event, 'reason') ?? '';
  const endsAt = instantOf(event.payload.endsAt);
  const toCovered = { packages: [event.subject], link: { label: event.subject, url: '/covered' } };
  switch (event.kind as MessageKind) {
    case 'sla.rota_gap':
      return {
        subject: 'Somebody is missing on the rota',
        lead: 'Within two weeks there are hours in which a call would reach nobody, or no second person could approve.',
        lines: gapsOf(event.payload.gaps),
        link: { label: 'The promise', url: '/sla' },
      };
    case 'sla.calendar_ending':
      return {
        subject: 'A file of holidays ends',
        lead: `${textOf(event, 'says') ?? event.subject}.`,
        link: { label: 'The promise', url: '/sla' },
      };
    case 'feeds.incident':
      return {
        subject: `${event.subject}: a source of records needs somebody`,
        lead: `${textOf(event, 'message') ?? textOf(event, 'what') ?? ''}. What it says may be missing until then; nothing was removed.`,
        link: { label: 'Sources', url: '/feeds' },
      };
    case 'catalog.coverage-end-announced':
      return {
        ...toCovered,
        subject: `${event.subject} is covered until ${endsAt === null ? '' : toIsoDay(endsAt)}`,
        lead: `What becomes known afterwards is not promised a fix; what is open is finished. Why: ${reason}`,
      };
    case 'catalog.coverage-end-withdrawn':
      // What was only proposed nobody had heard of.
      if (endsAt === null) return 'nothing';
      return {
        ...toCovered,
        subject: `${event.subject} stays covered`,
        lead: `Its end was taken back. Why: ${reason}`,
      };
    default:
      return null;
  }
}

function gapsOf(gaps: unknown): readonly string[] {
  if (!Array.isArray(gaps)) return [];
  return gaps.map((gap: { readonly missing?: unknown; readonly from?: unknown; readonly until?: unknown }) =>
    [gap.missing, 'from', gap.from, ...(gap.until == null ? [] : ['to', gap.until])].join(' '),
  );
}

function instantOf(value: unknown): EpochMs | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
