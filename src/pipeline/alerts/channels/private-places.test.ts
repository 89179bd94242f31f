import { lookup } from 'node:dns';
import { isIP } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createPoster } from '../../../platform/fetcher/post.ts';
import { createSmtpMailer } from '../../../platform/mailer/smtp.ts';
import { bindTarget } from '../target.ts';
import { envelopeOf, hookTarget, receiver, wires } from '../testing.ts';

vi.mock('node:dns', { spy: true });

const posters = createPoster({ userAgent: 'test' });
const guarded = { ...wires, poster: posters, mailer: createSmtpMailer({ allowHosts: [] }) };
let answers: string[] = [];
let server: Awaited<ReturnType<typeof receiver>>;

beforeEach(async () => {
  server = await receiver(() => ({ status: 200 }));
});
afterEach(() => {
  server.close();
  vi.mocked(lookup).mockReset();
});

/** Each question gets the next answer, the last for ever: what a name server does that plays with its answers. */
function playWith(...addresses: string[]): void {
  answers = addresses;
  vi.mocked(lookup as unknown as (...given: unknown[]) => void).mockImplementation((...given) => {
    const address = answers.length > 1 ? answers.shift() : answers[0];
    (given.at(-1) as (error: null, found: unknown) => void)(null, [{ address, family: isIP(address ?? '') }]);
  });
}

const port = () => new URL(server.url).port;
const sending = (signal = new AbortController().signal) => ({ envelope: envelopeOf(), wires: guarded, now: 0, signal });

test('a name that answers with a public address first and a private one when connected to reaches nothing private', async () => {
  // Public, and nobody there: a sink of the AS112 project (RFC 7535).
  playWith('192.31.196.1', '127.0.0.1');
  const target = hookTarget('hook', `http://rebinding.example:${port()}/`);
  // What was checked is what is connected to: there is no second question that could be answered otherwise.
  await expect(target.send(sending(AbortSignal.timeout(300)))).rejects.toThrow();
  expect([answers, server.received]).toEqual([['127.0.0.1'], []]);
  // A new connection asks anew, and checks anew.
  await expect(target.send(sending())).rejects.toMatchObject({ code: 'fetch.private-address' });
  expect(server.received).toEqual([]);
});

test.each(['127.0.0.1', '10.0.0.1', '169.254.169.254', '192.168.1.1', '100.64.0.1', '::ffff:127.0.0.1'])(
  'a name that leads to %s gets neither message nor mail',
  async (address) => {
    playWith(address);
    await expect(hookTarget('hook', `http://inside.example:${port()}/`).send(sending())).rejects.toMatchObject({
      code: 'fetch.private-address',
    });
    const mail = bindTarget({
      name: 'mail',
      channel: 'email',
      settings: { host: 'inside.example', port: Number(port()), security: 'none', from: 'sg@set.example' },
      secret: async () => null,
    });
    await expect(mail.send(sending())).rejects.toThrow('not on the public Internet');
    expect(server.received).toEqual([]);
  },
);

test.each([301, 302, 303, 307, 308])('a redirect (%i) is an answer, and is not followed', async (status) => {
  const outside = await receiver(() => ({ status, headers: { location: `${server.url}/inside` } }));
  try {
    const outcome = await hookTarget('hook', outside.url).send({ ...sending(), wires });
    expect(outcome).toMatchObject({ kind: 'refused', again: 'later', detail: `status ${status}` });
    expect([outside.received.length, server.received.length]).toEqual([1, 0]);
  } finally {
    outside.close();
  }
});
