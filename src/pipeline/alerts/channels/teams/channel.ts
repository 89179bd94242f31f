import { outcomeOf, unset } from '../answer.ts';
import { channelOf, type Envelope } from '../channel.ts';
import { hookAddress, hookSettings } from '../hook-address.ts';
import { cutText, escapeMarkdown, fitLines, moreLines, oneLine } from '../text/cut.ts';

// The whole request may have 28 KB.
const limits = { subject: 200, lead: 1_000, value: 200, command: 500, list: 6_000 };

export const teams = channelOf({
  id: 'teams',
  title: 'Microsoft Teams',
  settings: hookSettings,
  needsAddress: false,
  together: 1,
  paceMs: 300,
  send: async ({ settings, secret, envelope, wires, signal }) => {
    const url = hookAddress(settings, secret);
    if (url === null) return unset('the workflow address of Teams');
    return outcomeOf(
      await wires.poster.post({
        url,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(renderTeams(envelope)),
        signal,
      }),
    );
  },
});

/** An Adaptive Card for the workflow "Post to a channel when a webhook request is received", https://adaptivecards.io/explorer/ */
export function renderTeams({ message, stopUrl, from }: Envelope) {
  const text = (given: string, max: number) => escapeMarkdown(cutText(oneLine(given), max));
  const block = (given: string, more: Readonly<Record<string, unknown>> = {}) => ({
    type: 'TextBlock',
    wrap: true,
    text: given,
    ...more,
  });
  const lines = fitLines(
    message.lines.map((line) => escapeMarkdown(oneLine(line))),
    limits.list,
    moreLines,
  );
  const links = [...message.links, ...(stopUrl === null ? [] : [{ label: 'Stop these messages', url: stopUrl }])];
  return {
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        contentUrl: null,
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.4',
          body: [
            block(text(message.subject, limits.subject), {
              weight: 'Bolder',
              size: 'Medium',
              color: message.urgency === 'urgent' ? 'Attention' : 'Default',
            }),
            block(text(message.lead, limits.lead)),
            ...(message.facts.length === 0
              ? []
              : [
                  {
                    type: 'FactSet',
                    facts: message.facts
                      .slice(0, 15)
                      .map(({ name, value }) => ({ title: text(name, 60), value: text(value, limits.value) })),
                  },
                ]),
            ...(message.command === null
              ? []
              : [block(cutText(oneLine(message.command), limits.command), { fontType: 'Monospace' })]),
            // Two line feeds are one line of a card.
            ...(lines.length === 0 ? [] : [block(lines.join('\n\n'))]),
            block(text(from, 100), { isSubtle: true, size: 'Small' }),
          ],
          actions: links
            .filter(({ url }) => url.length <= 2_000)
            .slice(-6)
            .map(({ label, url }) => ({ type: 'Action.OpenUrl', title: cutText(oneLine(label), 60), url })),
        },
      },
    ],
  };
}
