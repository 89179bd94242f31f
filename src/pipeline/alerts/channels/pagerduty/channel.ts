import { createHash } from 'node:crypto';
import { z } from 'zod';
import { toIso } from '../../../../foundation/clock.ts';
import { outcomeOf, unset } from '../answer.ts';
import { channelOf, type Envelope } from '../channel.ts';
import { cutText, fitLines, moreLines, oneLine } from '../text/cut.ts';

const settings = z.strictObject({
  /** Of PagerDuty, or of whatever speaks the same. The routing key is the secret. */
  url: z.url({ protocol: /^https?$/ }).default('https://events.pagerduty.com/v2/enqueue'),
});

export const pagerduty = channelOf({
  id: 'pagerduty',
  title: 'PagerDuty',
  settings,
  needsAddress: false,
  together: 1,
  paceMs: 0,
  send: async ({ settings: { url }, secret, envelope, wires, signal }) => {
    if (secret === null) return unset('the routing key of PagerDuty');
    return outcomeOf(
      await wires.poster.post({
        url,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(renderPagerDuty(envelope, secret)),
        signal,
      }),
    );
  },
});

const severities = { critical: 'critical', high: 'error', medium: 'warning', low: 'info', unknown: 'error' } as const;

/** Events API v2, https://developer.pagerduty.com/docs/send-alert-event */
export function renderPagerDuty({ message, from, homeUrl, madeAt, stopUrl }: Envelope, routingKey: string) {
  const { incident, about, facts, command } = message;
  const key = incident?.key ?? message.dedupeKey;
  return {
    routing_key: routingKey,
    event_action: incident?.step ?? 'trigger',
    // At most 255 characters: the same incident, the same key.
    dedup_key: key.length <= 255 ? key : createHash('sha256').update(key).digest('hex'),
    client: `Snowguard ${from}`,
    client_url: homeUrl,
    links: message.links.map(({ label, url }) => ({ href: url, text: cutText(oneLine(label), 200) })),
    payload: {
      summary: cutText(oneLine(message.subject), 1_024),
      source: new URL(homeUrl).host,
      severity: severities[about.band ?? 'unknown'],
      timestamp: toIso(madeAt),
      component: cutText(about.packages.join(', '), 200),
      group: cutText(about.channels.join(', '), 200),
      class: message.kind,
      custom_details: {
        lead: oneLine(message.lead),
        ...Object.fromEntries(facts.map(({ name, value }) => [name, oneLine(value)])),
        ...(command === null ? {} : { command }),
        lines: fitLines(message.lines.map(oneLine), 20_000, moreLines),
        ...(stopUrl === null ? {} : { stop: stopUrl }),
      },
    },
  };
}
