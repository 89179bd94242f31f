import type { Envelope } from '../channel.ts';
import { escapeHtml, fitLines, moreLines, oneLine } from './cut.ts';

/** The whole message as plain text; lists of at most `maxList` units. */
export function plainText({ message, stopUrl }: Envelope, maxList: number): string {
  return [
    oneLine(message.lead),
    message.facts.map(({ name, value }) => `${name}: ${oneLine(value)}`).join('\n'),
    message.command === null ? '' : `Run:\n\n    ${oneLine(message.command)}`,
    fitLines(message.lines.map(oneLine), maxList, moreLines).join('\n'),
    message.links.map(({ label, url }) => `${label}: ${url}`).join('\n'),
    stopUrl === null ? '' : `Stop these messages: ${stopUrl}`,
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** The same in the little HTML that mail programs and chats agree on. */
export function simpleHtml({ message, stopUrl }: Envelope, maxList: number): string {
  const text = (given: string) => escapeHtml(oneLine(given));
  const lines = fitLines(message.lines.map(oneLine), maxList, moreLines);
  return [
    `<p><strong>${text(message.subject)}</strong></p>`,
    `<p>${text(message.lead)}</p>`,
    message.facts.length === 0
      ? ''
      : `<ul>${message.facts.map(({ name, value }) => `<li>${text(name)}: <strong>${text(value)}</strong></li>`).join('')}</ul>`,
    message.command === null ? '' : `<pre><code>${text(message.command)}</code></pre>`,
    lines.length === 0 ? '' : `<ul>${lines.map((line) => `<li>${text(line)}</li>`).join('')}</ul>`,
    message.links.length === 0 ? '' : `<p>${message.links.map(({ label, url }) => linkTo(url, label)).join(' · ')}</p>`,
    stopUrl === null ? '' : `<p><small>${linkTo(stopUrl, 'Stop these messages')}</small></p>`,
  ].join('');
}

function linkTo(url: string, label: string): string {
  return `<a href="${escapeHtml(url)}">${escapeHtml(oneLine(label))}</a>`;
}
