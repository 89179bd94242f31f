import { outcomeOf, refused, unset } from '../answer.ts';
import { channelOf, type Envelope } from '../channel.ts';
import { hookAddress, hookSettings } from '../hook-address.ts';
import { cutText, fitLines, moreLines, oneLine } from '../text/cut.ts';

// Of Slack: 50 blocks; header 150, section 3,000, field 2,000, button address 3,000 characters. About 13,000 over all
// failed: ours stay under 10,000, each character escaped to five.
const limits = {
  header: 150,
  text: 250,
  list: 1_800,
  fields: 8,
  field: 60,
  buttons: 3,
  label: 75,
  url: 500,
  fallback: 300,
};

export const slack = channelOf({
  id: 'slack',
  title: 'Slack',
  settings: hookSettings,
  needsAddress: false,
  together: 1,
  // About one message a second and address.
  paceMs: 1_100,
  send: async ({ settings, secret, envelope, wires, signal }) => {
    const url = hookAddress(settings, secret);
    if (url === null) return unset('the webhook address of Slack');
    const answer = await wires.poster.post({
      url,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(renderSlack(envelope)),
      signal,
    });
    // `no_service`, `channel_is_archived`, `no_team`: the webhook was taken away.
    if (/^(no_service|no_team|channel_is_archived|channel_not_found)/.test(answer.body) && answer.status >= 400)
      return refused(answer, 'gone', 'target');
    return outcomeOf(answer);
  },
});

interface SlackText {
  readonly type: 'plain_text' | 'mrkdwn';
  readonly text: string;
}

export interface SlackMessage {
  readonly text: string;
  readonly unfurl_links: false;
  readonly blocks: readonly (
    | { readonly type: 'header'; readonly text: SlackText }
    | { readonly type: 'section'; readonly text: SlackText }
    | { readonly type: 'section'; readonly fields: readonly SlackText[] }
    | { readonly type: 'context'; readonly elements: readonly SlackText[] }
    | {
        readonly type: 'actions';
        readonly elements: readonly { readonly type: 'button'; readonly text: SlackText; readonly url: string }[];
      }
  )[];
}

/** Block Kit, https://docs.slack.dev/reference/block-kit/blocks */
export function renderSlack({ message, stopUrl, from }: Envelope): SlackMessage {
  const lines = fitLines(message.lines.map(escaped), limits.list, moreLines);
  const buttons = message.links.filter(({ url }) => url.length <= limits.url).slice(0, limits.buttons);
  return {
    text: escaped(cutText(oneLine(message.subject), limits.fallback)),
    unfurl_links: false,
    blocks: [
      { type: 'header', text: plain(message.subject, limits.header) },
      section(cutEscaped(message.lead)),
      ...(message.facts.length === 0
        ? []
        : [
            {
              type: 'section' as const,
              fields: message.facts
                .slice(0, limits.fields)
                .map(({ name, value }) =>
                  mrkdwn(`*${escaped(name)}*\n${escaped(cutText(oneLine(value), limits.field))}`),
                ),
            },
          ]),
      ...(message.command === null ? [] : [section(`\`\`\`${cutEscaped(message.command)}\`\`\``)]),
      ...(lines.length === 0 ? [] : [section(lines.join('\n'))]),
      ...(buttons.length === 0
        ? []
        : [
            {
              type: 'actions' as const,
              elements: buttons.map(({ label, url }) => ({
                type: 'button' as const,
                text: plain(label, limits.label),
                url,
              })),
            },
          ]),
      {
        type: 'context',
        elements: [mrkdwn(stopUrl === null ? escaped(from) : `${escaped(from)} · <${stopUrl}|Stop these messages>`)],
      },
    ],
  };
}

function plain(text: string, max: number): SlackText {
  return { type: 'plain_text', text: cutText(oneLine(text), max) };
}

function mrkdwn(text: string): SlackText {
  return { type: 'mrkdwn', text };
}

function section(text: string) {
  return { type: 'section' as const, text: mrkdwn(text) };
}

function cutEscaped(text: string): string {
  return escaped(cutText(oneLine(text), limits.text));
}

function escaped(text: string): string {
  return oneLine(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
