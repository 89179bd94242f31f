import { bandRank, type Message } from './message.ts';

const mostLinks = 4;
const mostLines = 1_000;
const mostConcerns = 1_000;

/** Several messages as one, the gravest first; what is a digest already is spread out. */
export function digestOf(given: readonly Message[], dedupeKey: string): Message {
  const messages = given.toSorted(
    (a, b) => bandRank(b.about.band) - bandRank(a.about.band) || (a.subject < b.subject ? -1 : 1),
  );
  const every = <Value>(of: (message: Message) => readonly Value[]) => [...new Set(messages.flatMap(of))];
  const bands = messages.flatMap(({ about }) => (about.band === null ? [] : [about.band]));
  const gravest = bands.sort((a, b) => bandRank(b) - bandRank(a))[0] ?? null;
  const holds = new Map<string, number>();
  for (const { kind, holds: own = { [kind]: 1 } } of messages)
    for (const [held, count] of Object.entries(own)) holds.set(held, (holds.get(held) ?? 0) + count);
  const kinds = [...holds].sort(([, a], [, b]) => b - a);
  const count = kinds.reduce((sum, [, own]) => sum + own, 0);
  return {
    kind: 'digest',
    urgency: messages.some(({ urgency }) => urgency === 'urgent') ? 'urgent' : 'normal',
    subject: `${count} messages: ${kinds.map(([kind, own]) => `${own} × ${kind}`).join(', ')}`,
    lead: 'What has happened since the last message.',
    facts: gravest === null ? [] : [{ name: 'Gravest', value: gravest === 'unknown' ? 'not rated' : gravest }],
    lines: cutLines(
      messages.flatMap(({ kind, subject, command, lines }) =>
        kind === 'digest' ? lines : [subject, ...(command === null ? [] : [`    run: ${command}`])],
      ),
    ),
    command: null,
    links: [
      { label: 'Findings', url: '/findings' },
      { label: 'Consumers', url: '/consumers' },
      ...messages
        .flatMap(({ links }) => links.slice(0, 1))
        .filter(({ url }, index, all) => all.findIndex((other) => other.url === url) === index)
        .slice(0, mostLinks),
    ],
    dedupeKey,
    holds: Object.fromEntries(holds),
    incident: null,
    concerns: messages.flatMap(({ concerns = [] }) => concerns).slice(0, mostConcerns),
    releases: every(({ releases = [] }) => releases),
    about: {
      advisoryIds: every(({ about }) => about.advisoryIds),
      packages: every(({ about }) => about.packages),
      channels: every(({ about }) => about.channels),
      consumers: every(({ about }) => about.consumers),
      band: gravest,
      flakes: every(({ about }) => about.flakes ?? []),
      isHidden: messages.some(({ about }) => about.isHidden === true),
      subscriber: null,
    },
  };
}

function cutLines(lines: readonly string[]): readonly string[] {
  if (lines.length <= mostLines) return lines;
  return [...lines.slice(0, mostLines), `… and ${lines.length - mostLines} lines more, see the page`];
}
