import { numberIn, outcomeOf, refused, unset } from '../answer.ts';
import { channelOf, type Envelope } from '../channel.ts';
import { hookAddress, hookSettings } from '../hook-address.ts';
import { cutText, escapeMarkdown, fitLines, moreLines, oneLine } from '../text/cut.ts';

// Of Discord: title 256, description 4,096, 25 fields of 256 and 1,024, 6,000 over all embeds. Ours stay under 5,500.
const limits = { title: 250, lead: 500, fields: 10, name: 100, value: 150, command: 300, list: 1_800 };

export const discord = channelOf({
  id: 'discord',
  title: 'Discord',
  settings: hookSettings,
  needsAddress: false,
  together: 1,
  paceMs: 500,
  send: async ({ settings, secret, envelope, wires, signal }) => {
    const url = hookAddress(settings, secret);
    if (url === null) return unset('the webhook address of Discord');
    const answer = await wires.poster.post({
      url,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(renderDiscord(envelope)),
      signal,
    });
    if (answer.status === 429) {
      // Seconds with a fraction in the body, whole seconds in the header.
      const seconds = numberIn(answer.body, 'retry_after');
      const retryAfterMs = seconds === null ? answer.retryAfterMs : Math.ceil(seconds * 1_000);
      return refused({ ...answer, retryAfterMs }, 'later', 'pace');
    }
    // 10015: unknown webhook.
    if (answer.status === 404 && numberIn(answer.body, 'code') === 10_015) return refused(answer, 'gone', 'target');
    return outcomeOf(answer);
  },
});

export interface DiscordMessage {
  readonly allowed_mentions: { readonly parse: readonly never[] };
  readonly embeds: readonly {
    readonly title: string;
    readonly url?: string;
    readonly description: string;
    readonly color: number;
    readonly timestamp: string;
    readonly fields: readonly { readonly name: string; readonly value: string; readonly inline: boolean }[];
    readonly footer: { readonly text: string };
  }[];
}

/** https://docs.discord.com/developers/resources/webhook#execute-webhook */
export function renderDiscord({ message, from, stopUrl, madeAt }: Envelope): DiscordMessage {
  const first = message.links[0];
  const links = [...message.links, ...(stopUrl === null ? [] : [{ label: 'Stop these messages', url: stopUrl }])];
  const description = [
    text(message.lead, limits.lead),
    message.command === null
      ? ''
      : `\`\`\`\n${cutText(oneLine(message.command).replaceAll('`', "'"), limits.command)}\n\`\`\``,
    fitLines(
      message.lines.map((line) => escapeMarkdown(oneLine(line))),
      limits.list,
      moreLines,
    ).join('\n'),
    linkLine(links),
  ];
  return {
    allowed_mentions: { parse: [] },
    embeds: [
      {
        title: cutText(oneLine(message.subject), limits.title),
        ...(first === undefined || first.url.length > 1_000 ? {} : { url: first.url }),
        description: description.filter((part) => part !== '').join('\n'),
        color: message.urgency === 'urgent' ? 0xb3_26_1e : 0x35_5c_7d,
        timestamp: new Date(madeAt).toISOString(),
        fields: message.facts.slice(0, limits.fields).map(({ name, value }) => ({
          name: cutText(oneLine(name), limits.name),
          value: text(value, limits.value) || '–',
          inline: true,
        })),
        footer: { text: cutText(from, 200) },
      },
    ],
  };
}

/** Whole links only, as many as there is room for. */
function linkLine(links: Envelope['message']['links']): string {
  let room = 1_200;
  const shown: string[] = [];
  // The last one is how to stop: it goes first into the room.
  for (const { label, url } of [...links].reverse()) {
    const link = `[${escapeMarkdown(oneLine(label)).slice(0, 160)}](${url})`;
    room -= link.length + 3;
    if (room >= 0) shown.unshift(link);
  }
  return shown.join(' · ');
}

/** Each character may be escaped: the room is for the escaped text. */
function text(given: string, max: number): string {
  const plain = oneLine(given);
  const whole = escapeMarkdown(plain);
  return whole.length <= max ? whole : escapeMarkdown(cutText(plain, Math.floor(max / 2)));
}
