import { escapeHtml } from '../../escape-html.ts';
import type { Envelope } from '../channel.ts';
import { cutText, fitLines, moreLines, oneLine } from './cut.ts';

/** How much of a message is shown, in UTF-16 units and in numbers. */
interface Room {
  readonly lead: number;
  readonly facts: number;
  readonly fact: number;
  readonly list: number;
  readonly links: number;
  readonly url: number;
}

export const mailRoom: Room = { lead: 4_000, facts: 40, fact: 500, list: 60_000, links: 20, url: 2_000 };
export const chatRoom: Room = { lead: 1_000, facts: 10, fact: 120, list: 2_000, links: 4, url: 500 };

function fitted({ message }: Envelope, room: Room) {
  return {
    subject: cutText(oneLine(message.subject), 300),
    lead: cutText(oneLine(message.lead), room.lead),
    facts: message.facts
      .slice(0, room.facts)
      .map(({ name, value }) => ({ name: cutText(oneLine(name), 60), value: cutText(oneLine(value), room.fact) })),
    command: message.command === null ? null : cutText(oneLine(message.command), room.fact),
    lines: fitLines(message.lines.map(oneLine), room.list, moreLines),
    links: message.links
      .filter(({ url }) => url.length <= room.url)
      .slice(0, room.links)
      .map(({ label, url }) => ({ label: cutText(oneLine(label), 100), url })),
  };
}

/** The message as plain text, its subject on top. */
export function plainText(envelope: Envelope, room: Room): string {
  const { subject, lead, facts, command, lines, links } = fitted(envelope, room);
  return [
    subject,
    lead,
    facts.map(({ name, value }) => `${name}: ${value}`).join('\n'),
    command === null ? '' : `Run:\n\n    ${command}`,
    lines.join('\n'),
    links.map(({ label, url }) => `${label}: ${url}`).join('\n'),
    envelope.stopUrl === null ? '' : `Stop these messages: ${envelope.stopUrl}`,
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** The same in the little HTML that mail programs and chats agree on. */
export function simpleHtml(envelope: Envelope, room: Room): string {
  const { subject, lead, facts, command, lines, links } = fitted(envelope, room);
  const items = (texts: readonly string[]) =>
    texts.length === 0 ? '' : `<ul>${texts.map((text) => `<li>${text}</li>`).join('')}</ul>`;
  return [
    `<p><strong>${escapeHtml(subject)}</strong></p>`,
    `<p>${escapeHtml(lead)}</p>`,
    items(facts.map(({ name, value }) => `${escapeHtml(name)}: <strong>${escapeHtml(value)}</strong>`)),
    command === null ? '' : `<pre><code>${escapeHtml(command)}</code></pre>`,
    items(lines.map(escapeHtml)),
    links.length === 0 ? '' : `<p>${links.map(({ label, url }) => linkTo(url, label)).join(' · ')}</p>`,
    envelope.stopUrl === null ? '' : `<p><small>${linkTo(envelope.stopUrl, 'Stop these messages')}</small></p>`,
  ].join('');
}

function linkTo(url: string, label: string): string {
  return `<a href="${escapeHtml(url)}">${escapeHtml(label)}</a>`;
}
