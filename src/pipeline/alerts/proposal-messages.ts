import { holdersOf, inPublicWords, lapsesAt, type Matter, type PeopleChange, roleFor } from '../../accounts/index.ts';
import type { JournalEvent } from '../../journal/index.ts';
import { type KeyChange, keyChangeText } from '../releases/index.ts';
import type { Message } from './message.ts';
import { type AlertFacts, type PlannedMessage, textOf } from './planned-message.ts';

/** What two people decide, and how far it is. Nobody subscribes to these: those whom it waits for are told by name. */
const kinds = {
  'accounts.change-proposed': { matter: 'people', act: 'proposed' },
  'accounts.person-changed': { matter: 'people', act: 'approved' },
  'accounts.change-withdrawn': { matter: 'people', act: 'withdrew' },
  'sla.terms-proposed': { matter: 'terms', act: 'proposed' },
  'sla.terms-taken': { matter: 'terms', act: 'approved' },
  'sla.terms-withdrawn': { matter: 'terms', act: 'withdrew' },
  'cache.key-change-proposed': { matter: 'key', act: 'proposed' },
  'cache.key-change-approved': { matter: 'key', act: 'approved' },
  'cache.key-change-withdrawn': { matter: 'key', act: 'withdrew' },
  'release.exception-asked': { matter: 'exception', act: 'proposed' },
  'release.exception-approved': { matter: 'exception', act: 'approved' },
  'release.exception-refused': { matter: 'exception', act: 'refused' },
  // It says itself what it is about.
  'accounts.proposal-lapsed': { matter: null, act: 'lapsed' },
} as const satisfies Readonly<Record<string, { readonly matter: Matter | null; readonly act: string }>>;

/** Where it is approved. */
const places = {
  people: { command: 'snowguard people approve', link: { label: 'People', url: '/people' } },
  terms: { command: 'snowguard policy approve', link: { label: 'The terms', url: '/policy' } },
  key: { command: 'snowguard cache key approve', link: { label: 'The keys', url: '/cache' } },
  exception: { command: 'snowguard release approve', link: { label: 'Releases', url: '/releases' } },
} as const satisfies Readonly<Record<Matter, { readonly command: string; readonly link: Message['links'][number] }>>;

const soonMs = 48 * 3_600_000;

/** Whether it is about what takes two people. */
export function isOfTwo(kind: string): kind is keyof typeof kinds {
  return Object.hasOwn(kinds, kind);
}

/** LC-03: who can approve what somebody proposed is told, and how it ended; who did it knows. */
export function proposalMessages(
  event: JournalEvent,
  kind: keyof typeof kinds,
  { people = [], now }: Pick<AlertFacts, 'people' | 'now'>,
): readonly PlannedMessage[] {
  const { act } = kinds[kind];
  const matter = kinds[kind].matter ?? (textOf(event, 'matter') as Matter);
  const proposedBy = act === 'proposed' ? event.actor : (textOf(event, 'proposedBy') ?? textOf(event, 'askedBy'));
  // What whoever runs the house did was proposed by nobody.
  if (proposedBy === null) return [];
  const lapses = lapsesAt(matter, event.at);
  if (act === 'proposed' && lapses <= now) return [];
  const topic = `${kind}|${event.sequence}`;
  const message = (subscriber: string): Message => ({
    kind,
    urgency: act === 'proposed' && lapses - event.at <= soonMs ? 'urgent' : 'normal',
    subject: `${act === 'lapsed' ? 'Nobody approved in time' : `${event.actor} ${act}`}: ${whatOf(event, matter)}`,
    ...(act === 'proposed' ? askingOf(event, matter, lapses) : endOf(act, proposedBy)),
    lines: linesOf(event),
    links: [places[matter].link],
    dedupeKey: topic,
    incident: null,
    about: { advisoryIds: [], packages: [], channels: [], consumers: [], band: null, subscriber },
  });
  return holdersOf(people, matter)
    .filter((name) => name !== event.actor)
    .map((name) => ({
      sequence: event.sequence,
      topics: [{ topic, level: 0 }],
      forgets: [],
      message: message(name),
    }));
}

function askingOf(event: JournalEvent, matter: Matter, lapses: number): Pick<Message, 'lead' | 'facts' | 'command'> {
  const content = (textOf(event, 'content') ?? '').slice(0, 16);
  return {
    lead: `It waits for you, or another who has the role ${roleFor(matter)}: read it, then approve it or stop it.`,
    facts: [
      { name: 'Content', value: content },
      { name: 'Lapses', value: new Date(lapses).toUTCString() },
    ],
    command: `${places[matter].command} ${content}`,
  };
}

function endOf(
  act: 'approved' | 'withdrew' | 'refused' | 'lapsed',
  proposedBy: string,
): Pick<Message, 'lead' | 'facts' | 'command'> {
  const end = act === 'approved' ? 'It is decided.' : 'Nothing was changed.';
  return { lead: `${proposedBy} had proposed it. ${end}`, facts: [], command: null };
}

function whatOf(event: JournalEvent, matter: Matter): string {
  // Withdrawals of before did not say what was withdrawn.
  const change = event.payload.change ?? null;
  switch (matter) {
    case 'people':
      return change === null ? `a change of ${event.subject}` : inPublicWords(change as PeopleChange);
    case 'terms':
      return `the terms ${event.subject}`;
    case 'key':
      return change === null ? `a change of the key ${event.subject}` : keyChangeText(change as KeyChange);
    case 'exception': {
      const { channel = event.subject, commitId } = (change ?? event.payload) as Readonly<Record<string, string>>;
      return `release ${channel} at ${(commitId ?? '').slice(0, 10)}, although too little of it can be fetched`;
    }
  }
}

function linesOf(event: JournalEvent): readonly string[] {
  const { changes } = event.payload;
  const reason = textOf(event, 'reason');
  return [...(Array.isArray(changes) ? changes.map(String) : []), ...(reason === null ? [] : [`Why: ${reason}`])];
}
