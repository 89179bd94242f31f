import { readdirSync } from 'node:fs';
import { Webhook } from 'standardwebhooks';
import { afterEach, describe, expect, test } from 'vitest';
import type { HttpAnswer, Received } from '../testing.ts';
import { envelopeOf, messageOf, receiver, signingKey, wires } from '../testing.ts';
import type { Envelope, SendOutcome } from './channel.ts';
import { alertChannels } from './index.ts';
import { renderMatrix } from './matrix/channel.ts';

const now = Date.UTC(2027, 2, 2, 10);
const signal = new AbortController().signal;
const closes: (() => void)[] = [];
afterEach(() => {
  for (const close of closes.splice(0)) close();
});

const hostile = envelopeOf({
  message: messageOf({
    urgency: 'urgent',
    subject: `<!channel> @everyone & </script> ${'\u202e'}gnorw 👩‍👩‍👧‍👦 ${'x'.repeat(5_000)}`,
    lead: `*bold* [a](https://evil.example) \`code\` <b>${'&'.repeat(9_000)}`,
    facts: Array.from({ length: 60 }, (_, index) => ({ name: `Fact <${index}>`, value: '&'.repeat(4_000) })),
    lines: Array.from({ length: 5_000 }, (_, index) => `CVE-2027-${index} in pkg_${index} <!here> & 1.0 to 2.0`),
    command: "nix flake update 'a; `rm` b'",
    links: Array.from({ length: 30 }, (_, index) => ({
      label: `Page ${index}`,
      url: `https://set.example/cve/${index}?${'q'.repeat(index * 150)}`,
    })),
  }),
});

async function sendBy(
  id: string,
  given: {
    readonly answer?: (request: Received) => HttpAnswer;
    readonly settings?: (url: string) => Readonly<Record<string, unknown>>;
    readonly secret?: string | null;
    readonly envelope?: Envelope;
  },
): Promise<{ readonly outcome: SendOutcome; readonly request: Received | undefined; readonly json: never }> {
  const server = await receiver(given.answer ?? (() => ({ status: 200 })));
  closes.push(server.close);
  const channel = alertChannels.find((candidate) => candidate.id === id);
  if (channel === undefined) throw new Error(id);
  const outcome = await channel.send({
    settings: given.settings?.(server.url) ?? { url: `${server.url}/hook` },
    secret: given.secret ?? null,
    envelope: given.envelope ?? hostile,
    wires,
    now,
    signal,
  });
  const [request] = server.received;
  return { outcome, request, json: JSON.parse(request?.body ?? 'null') as never };
}

test('every folder is registered, and every registered channel has its folder', () => {
  const folders = readdirSync(import.meta.dirname, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== 'text')
    .map(({ name }) => name);
  expect(alertChannels.map(({ id }) => id).sort()).toEqual(folders.sort());
});

describe('Slack', () => {
  /** What Slack's validation looks at, https://docs.slack.dev/reference/block-kit/blocks */
  const faultsOf = (message: {
    readonly text: string;
    readonly blocks: readonly {
      readonly type: string;
      readonly text?: { readonly type: string; readonly text: string };
      readonly fields?: readonly { readonly text: string }[];
      readonly elements?: readonly { readonly url?: string; readonly text: { readonly text: string } | string }[];
    }[];
  }) => {
    const { blocks } = message;
    return [
      blocks.length > 20 && 'too many blocks',
      JSON.stringify(blocks).length > 10_000 && 'too many characters',
      blocks.some(({ type, text }) => type === 'header' && (text?.text.length ?? 0) > 150) && 'long header',
      blocks.some(({ type, text }) => type === 'section' && (text?.text.length ?? 0) > 3_000) && 'long section',
      blocks.some(({ type, text, fields }) => type === 'section' && !text && !fields) && 'empty section',
      blocks.some(({ fields }) => (fields?.length ?? 0) > 10) && 'too many fields',
      blocks.some(({ fields }) => fields?.some(({ text }) => text.length > 2_000)) && 'long field',
      blocks.some(({ type, elements }) => type === 'actions' && (elements?.length ?? 0) > 25) && 'too many buttons',
      blocks.some(({ elements }) => elements?.some(({ url }) => (url?.length ?? 0) > 3_000)) && 'long address',
      blocks.some(({ text }) => text?.type === 'mrkdwn' && /<!|<@/.test(text.text)) && 'calls somebody',
    ].filter((fault) => fault !== false);
  };

  test('the largest message stays within the limits and calls nobody', async () => {
    const { outcome, json, request } = await sendBy('slack', { answer: () => ({ status: 200, body: 'ok' }) });
    expect(outcome.kind).toBe('sent');
    expect(faultsOf(json)).toEqual([]);
    expect(request?.body).toMatch(/… and 4,9\d\d more, see the page/);
    expect(request?.body).not.toContain('\u202e');
  });

  test.each([
    [
      { status: 404, body: 'no_service' },
      { again: 'gone', blames: 'target' },
    ],
    [
      { status: 400, body: 'invalid_blocks' },
      { again: 'never', blames: 'message' },
    ],
    [
      { status: 429, headers: { 'retry-after': '30' } },
      { blames: 'pace', retryAfterMs: 30_000 },
    ],
    [{ status: 500 }, { again: 'later', blames: 'target' }],
  ])('%j', async (answer, expected) => {
    expect((await sendBy('slack', { answer: () => answer })).outcome).toMatchObject(expected);
  });

  test('the address is a secret', async () => {
    const server = await receiver(() => ({ status: 200 }));
    closes.push(server.close);
    const { outcome } = await sendBy('slack', { settings: () => ({}), secret: `${server.url}/secret` });
    expect([outcome.kind, server.received[0]?.path]).toEqual(['sent', '/secret']);
    expect((await sendBy('slack', { settings: () => ({}) })).outcome).toMatchObject({ again: 'never' });
  });
});

describe('Discord', () => {
  interface Embed {
    readonly title: string;
    readonly description: string;
    readonly fields: readonly { readonly name: string; readonly value: string }[];
    readonly footer: { readonly text: string };
  }

  test('the largest message stays within the limits, and links are whole', async () => {
    const { json } = await sendBy('discord', { answer: () => ({ status: 204 }) });
    const { embeds, allowed_mentions: mentions } = json as {
      readonly embeds: readonly Embed[];
      readonly allowed_mentions: unknown;
    };
    const [embed] = embeds;
    if (embed === undefined) throw new Error('no embed');
    expect(mentions).toEqual({ parse: [] });
    expect(embed.title.length).toBeLessThanOrEqual(256);
    expect(embed.description.length).toBeLessThanOrEqual(4_096);
    expect(embed.fields.length).toBeLessThanOrEqual(25);
    for (const { name, value } of embed.fields)
      expect([name.length <= 256, value.length <= 1_024, value.length > 0]).toEqual([true, true, true]);
    const texts = [
      embed.title,
      embed.description,
      embed.footer.text,
      ...embed.fields.flatMap((f) => [f.name, f.value]),
    ];
    expect(texts.join('').length).toBeLessThanOrEqual(5_500);
    expect(embed.description).toContain('[Stop these messages](https://set.example/unsubscribe/token)');
    for (const [, url = ''] of embed.description.matchAll(/\]\((https:[^)]*)\)/g))
      expect([...hostile.message.links.map((link) => link.url), hostile.stopUrl]).toContain(url);
    expect(embed.description).not.toContain('[a](https://evil.example)');
  });

  test('429 waits the seconds of the body; an unknown webhook is gone', async () => {
    const limited = {
      status: 429,
      body: '{"message":"You are being rate limited.","retry_after":64.57,"global":false}',
    };
    expect((await sendBy('discord', { answer: () => limited })).outcome).toMatchObject({
      blames: 'pace',
      retryAfterMs: 64_570,
    });
    const unknown = { status: 404, body: '{"message":"Unknown Webhook","code":10015}' };
    expect((await sendBy('discord', { answer: () => unknown })).outcome).toMatchObject({ again: 'gone' });
    const invalid = { status: 400, body: '{"message":"Invalid Form Body","code":50035}' };
    expect((await sendBy('discord', { answer: () => invalid })).outcome).toMatchObject({
      again: 'never',
      blames: 'message',
    });
  });
});

test('Teams: an adaptive card of less than 28 KB', async () => {
  const { outcome, request, json } = await sendBy('teams', { answer: () => ({ status: 202 }) });
  expect(outcome.kind).toBe('sent');
  expect(Buffer.byteLength(request?.body ?? '')).toBeLessThan(28_000);
  expect(json).toMatchObject({
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        content: { type: 'AdaptiveCard', version: '1.4', body: expect.any(Array), actions: expect.any(Array) },
      },
    ],
  });
  expect(request?.body).toContain('"Action.OpenUrl","title":"Stop these messages"');
});

describe('Matrix', () => {
  const settings = (url: string) => ({ homeserver: url, room: '!room/1:example.org' });

  test('a transaction id that stays, escaped in its path, and an event of less than 64 KB', async () => {
    const { outcome, request, json } = await sendBy('matrix', {
      settings,
      secret: 'syt_token',
      answer: () => ({ status: 200, body: '{"event_id":"$e"}' }),
    });
    expect(outcome.kind).toBe('sent');
    expect(request).toMatchObject({
      method: 'PUT',
      path: `/_matrix/client/v3/rooms/!room%2F1%3Aexample.org/send/m.room.message/${hostile.id}`,
      headers: { authorization: 'Bearer syt_token' },
    });
    expect(json).toMatchObject({ msgtype: 'm.text', format: 'org.matrix.custom.html', 'm.mentions': {} });
    expect(Buffer.byteLength(request?.body ?? '')).toBeLessThan(65_536);
  });

  test('M_LIMIT_EXCEEDED waits as long as it says', async () => {
    const answer = () => ({ status: 429, body: '{"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":1200}' });
    expect((await sendBy('matrix', { settings, secret: 't', answer })).outcome).toMatchObject({
      blames: 'pace',
      retryAfterMs: 1_200,
    });
  });

  test('markup of others is text', () => {
    expect(renderMatrix(hostile).formatted_body).not.toMatch(/<script|<b>|<!channel/);
  });
});

describe('webhooks', () => {
  const [older, newer] = [signingKey, Buffer.alloc(24, 9)].map((key) => `whsec_${key.toString('base64')}`);

  test.each([older, newer])('both secrets verify while they are exchanged', async (secret = '') => {
    const { request, outcome } = await sendBy('webhook', { secret: `${older} ${newer}` });
    expect(outcome.kind).toBe('sent');
    expect(request?.headers['webhook-signature']?.toString().split(' ')).toHaveLength(2);
    // The library of the standard, at the instant of the sending.
    const real = Date.now;
    Date.now = () => now;
    try {
      const headers = request?.headers as Record<string, string>;
      expect(new Webhook(secret).verify(request?.body ?? '', headers)).toMatchObject({ type: 'alert.finding.opened' });
      expect(() => new Webhook(secret).verify(`${request?.body} `, headers)).toThrow();
    } finally {
      Date.now = real;
    }
  });

  test.each([
    [410, 'gone'],
    [302, 'later'],
    [400, 'later'],
    [500, 'later'],
  ])('%i: %s', async (status, again) => {
    const answer = () => ({ status, headers: { location: 'http://127.0.0.1:1/' } });
    expect((await sendBy('webhook', { secret: older ?? '', answer })).outcome).toMatchObject({
      kind: 'refused',
      again,
    });
  });

  test('nothing leaves unsigned', async () => {
    const { outcome, request } = await sendBy('webhook', { secret: 'whsec_c2hvcnQ=' });
    expect([outcome.kind, request]).toEqual(['refused', undefined]);
  });
});

describe('PagerDuty', () => {
  const { links } = envelopeOf().message;
  test.each(['trigger', 'acknowledge', 'resolve'] as const)('%s, one incident by its key', async (step) => {
    const envelope = envelopeOf({ message: messageOf({ links, incident: { key: 'k'.repeat(300), step } }) });
    const { json, outcome } = await sendBy('pagerduty', {
      envelope,
      secret: 'routing',
      answer: () => ({ status: 202, body: '{"status":"success"}' }),
    });
    expect(outcome.kind).toBe('sent');
    expect(json).toMatchObject({
      routing_key: 'routing',
      event_action: step,
      dedup_key: expect.stringMatching(/^[0-9a-f]{64}$/),
      payload: { severity: 'error', source: 'set.example', summary: 'CVE-2024-6387 in openssh' },
      links: [{ href: 'https://set.example/cve/CVE-2024-6387' }],
    });
  });

  test('a summary of at most 1,024 characters', async () => {
    const { json } = await sendBy('pagerduty', { secret: 'routing', answer: () => ({ status: 202 }) });
    expect((json as { payload: { summary: string } }).payload.summary.length).toBeLessThanOrEqual(1_024);
  });
});

test.each([
  'http://127.0.0.2/',
  'http://10.0.0.1/',
  'http://169.254.169.254/latest/',
  'http://[::1]/',
  'http://[fe80::1]/',
])('nothing is sent to %s', async (url) => {
  await expect(
    sendBy('webhook', { settings: () => ({ url }), secret: `whsec_${signingKey.toString('base64')}` }),
  ).rejects.toMatchObject({ code: 'fetch.private-address' });
});

test('nothing is sent to a name that leads inside', async () => {
  await expect(
    sendBy('webhook', {
      settings: () => ({ url: 'http://localhost:9/' }),
      secret: `whsec_${signingKey.toString('base64')}`,
    }),
  ).rejects.toMatchObject({ code: 'fetch.private-address' });
});
