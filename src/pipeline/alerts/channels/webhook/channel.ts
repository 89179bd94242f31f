import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { toIso } from '../../../../foundation/clock.ts';
import { refused, unset } from '../answer.ts';
import { channelOf, type Envelope } from '../channel.ts';
import { fitLines, moreLines } from '../text/cut.ts';

const settings = z.strictObject({ url: z.url({ protocol: /^https?$/ }) });

// Receivers refuse large bodies; 256 KiB stays far below what any of them takes.
const maxList = 100_000;

export const webhook = channelOf({
  id: 'webhook',
  title: 'Webhook',
  settings,
  needsAddress: false,
  together: 4,
  paceMs: 0,
  send: async ({ settings: { url }, secret, envelope, wires, now, signal }) => {
    const keys = keysOf(secret);
    if (keys.length === 0) return unset('the signing secret of the webhook (whsec_…, 24 to 64 bytes)');
    const body = JSON.stringify(renderWebhook(envelope));
    const answer = await wires.poster.post({
      url,
      headers: { 'content-type': 'application/json', ...signatureHeaders({ id: envelope.id, body, keys, now }) },
      body,
      signal,
    });
    if (answer.status >= 200 && answer.status < 300) return { kind: 'sent', detail: `status ${answer.status}` };
    if (answer.status === 429) return refused(answer, 'later', 'pace');
    return refused(answer, answer.status === 410 ? 'gone' : 'later', 'target');
  },
});

/** `{"type":"alert.act-now","timestamp":"2027-03-02T10:00:00Z","data":{…}}` */
export function renderWebhook({ message, madeAt, from, stopUrl }: Envelope) {
  const { kind, urgency, subject, lead, facts, command, links, about } = message;
  const { subscriber: _, isHidden: __, ...concerns } = about;
  return {
    type: `alert.${kind}`,
    timestamp: toIso(madeAt),
    data: {
      set: from,
      urgency,
      subject,
      lead,
      facts: Object.fromEntries(facts.map(({ name, value }) => [name, value])),
      lines: fitLines(message.lines, maxList, moreLines),
      command,
      links,
      about: concerns,
      incident: message.incident,
      stopUrl,
    },
  };
}

/** Standard Webhooks 1.0.0, https://www.standardwebhooks.com: one signature a secret, so that secrets can be exchanged. */
export function signatureHeaders(given: {
  readonly id: string;
  readonly body: string;
  readonly keys: readonly Buffer[];
  readonly now: number;
}) {
  const timestamp = String(Math.floor(given.now / 1_000));
  const signed = `${given.id}.${timestamp}.${given.body}`;
  return {
    'webhook-id': given.id,
    'webhook-timestamp': timestamp,
    'webhook-signature': given.keys
      .map((key) => `v1,${createHmac('sha256', key).update(signed).digest('base64')}`)
      .join(' '),
  };
}

/** Secrets stand side by side while they are exchanged. */
function keysOf(secret: string | null): readonly Buffer[] {
  return (secret ?? '')
    .split(/[\s,]+/)
    .filter((text) => text !== '')
    .map((text) => Buffer.from(text.replace(/^whsec_/, ''), 'base64'))
    .filter(({ length }) => length >= 24 && length <= 64);
}
