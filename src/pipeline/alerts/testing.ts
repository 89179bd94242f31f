/** Alerts over a test database and real sockets, for tests. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { appendEvent, type JournalTables } from '../../journal/index.ts';
import type { Database } from '../../platform/database/index.ts';
import { createPoster } from '../../platform/fetcher/post.ts';
import { createSmtpMailer } from '../../platform/mailer/smtp.ts';
import type { Envelope } from './channels/channel.ts';
import { createAlerts } from './create-alerts.ts';
import type { Message } from './message.ts';
import type { PlannedMessage } from './planned-message.ts';
import { Subscription } from './subscription.ts';
import type { AlertsTables } from './tables.ts';
import { type AlertTarget, bindTarget } from './target.ts';

export type TestTables = AlertsTables & JournalTables;

export const publicUrl = 'https://set.example';

export function messageOf(given: Partial<Message> = {}): Message {
  return {
    kind: 'finding.opened',
    urgency: 'normal',
    subject: 'CVE-2024-6387 in openssh',
    lead: 'A fix is being made.',
    facts: [],
    lines: [],
    command: null,
    links: [{ label: 'CVE-2024-6387', url: '/cve/CVE-2024-6387' }],
    dedupeKey: 'key',
    incident: null,
    ...given,
    about: {
      advisoryIds: ['CVE-2024-6387'],
      packages: ['openssh'],
      channels: ['rolling'],
      consumers: [],
      band: 'high',
      subscriber: null,
      ...given.about,
    },
  };
}

export function plannedOf(topic: string, given: Partial<Message> = {}, level = 0): PlannedMessage {
  return { message: messageOf(given), topics: [{ topic, level }], forgets: [], sequence: 1_000_000 };
}

export function envelopeOf(given: Partial<Envelope> = {}): Envelope {
  return {
    id: '01900000-0000-7000-8000-000000000001',
    message: messageOf({ links: [{ label: 'CVE-2024-6387', url: `${publicUrl}/cve/CVE-2024-6387` }] }),
    from: 'acme/secure',
    homeUrl: publicUrl,
    stopUrl: `${publicUrl}/unsubscribe/token`,
    address: 'ada@example.org',
    madeAt: Date.UTC(2027, 2, 2, 10),
    ...given,
  };
}

export function subscriptionOf(given: Partial<Subscription> = {}): Subscription {
  return Subscription.parse({ subscriber: 'ada', targets: ['hook'], ...given });
}

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A real HTTP server on the loopback that answers as it is told and remembers what came. */
export async function receiver(answer: (request: Received) => HttpAnswer) {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text;
    });
    request.on('end', () => {
      const one = { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body };
      received.push(one);
      const { status, body: text = '', headers = {} } = answer(one);
      response.writeHead(status, headers).end(text);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    received,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

export const wires = {
  poster: createPoster({ userAgent: 'test', allowHosts: ['127.0.0.1'] }),
  mailer: createSmtpMailer({ allowHosts: ['127.0.0.1'] }),
  releaseFacts: async () => null,
};

export const signingKey = Buffer.alloc(32, 7);
export const signingSecret = `whsec_${signingKey.toString('base64')}`;

export function hookTarget(name: string, url: string): AlertTarget {
  return bindTarget({ name, channel: 'webhook', settings: { url }, secret: async () => signingSecret });
}

/** Alerts whose clock stands where it is put. */
export function alertsOver(
  db: Database<TestTables>,
  given: { readonly targets: readonly AlertTarget[]; readonly now?: number },
) {
  let now = given.now ?? Date.UTC(2027, 2, 2, 10);
  const clock = { now: () => now };
  return {
    alerts: createAlerts({
      db,
      clock,
      random: randomBytes,
      wires,
      targets: given.targets,
      publicUrl,
      from: 'acme/secure',
    }),
    clock,
    pass: (ms: number) => {
      now += ms;
    },
  };
}

/** An event that leads to one message, as the planner reads it. */
export function publishRelease(db: Database<TestTables>, uuid: string, at: number): Promise<number> {
  return db.write((trx) =>
    appendEvent(trx, {
      at,
      kind: 'release.published',
      subject: uuid,
      actor: 'robot',
      payload: { uuid, organisation: 'acme', flake: 'secure', channel: 'rolling', version: '0.1.7+rev-b', fixes: 1 },
    }),
  );
}
