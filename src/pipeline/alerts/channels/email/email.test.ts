import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import type { SMTPServerOptions } from 'smtp-server';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { makeTlsIdentity } from '../../../../../tests/support/tls-identity.ts';
import { createSmtpMailer } from '../../../../platform/mailer/smtp.ts';
import { bindTarget } from '../../target.ts';
import { envelopeOf, messageOf, wires } from '../../testing.ts';
import { mailReceiver } from './testing.ts';

const identity = makeTlsIdentity();
const authenticated: SMTPServerOptions = {
  ...identity,
  authOptional: false,
  onAuth: ({ username, password }, _session, done) =>
    password === 'right' ? done(null, { user: username ?? '' }) : done(reply(535, 'no')),
};

const closes: (() => void)[] = [];
afterEach(() => {
  for (const close of closes.splice(0)) close();
});

async function smtp(options: SMTPServerOptions = {}) {
  const server = await mailReceiver(options);
  closes.push(server.close);
  return server;
}

function sendTo(
  port: number,
  given: {
    readonly settings?: Readonly<Record<string, unknown>>;
    readonly secret?: string;
    readonly mailer?: typeof wires.mailer;
    readonly envelope?: ReturnType<typeof envelopeOf>;
  } = {},
) {
  const target = bindTarget({
    name: 'mail',
    channel: 'email',
    settings: { host: '127.0.0.1', port, security: 'none', from: 'Snowguard <sg@set.example>', ...given.settings },
    secret: async () => given.secret ?? null,
  });
  return target.send({
    envelope: given.envelope ?? envelopeOf(),
    wires: { ...wires, mailer: given.mailer ?? wires.mailer },
    now: 0,
    signal: new AbortController().signal,
  });
}

function reply(responseCode: number, text: string): Error {
  return Object.assign(new Error(text), { responseCode });
}

describe('mail', () => {
  test('two parts, one click that stops it, the same id at every try', async () => {
    const server = await smtp();
    expect(await sendTo(server.port)).toMatchObject({ kind: 'sent' });
    expect(await sendTo(server.port)).toMatchObject({ kind: 'sent' });
    const [mail, again] = server.mails;
    expect(mail?.to).toBe('ada@example.org');
    const unfolded = (mail?.raw ?? '').replaceAll(/\r?\n[ \t]+/g, ' ');
    expect(unfolded).toMatch(/^List-Unsubscribe: ?<https:\/\/set\.example\/unsubscribe\/token>/im);
    expect(unfolded).toMatch(/^List-Unsubscribe-Post: List-Unsubscribe=One-Click/im);
    expect(unfolded).toMatch(/^Auto-Submitted: auto-generated/im);
    expect(unfolded).toContain('Content-Type: multipart/alternative');
    expect(unfolded).toContain('Content-Type: text/plain; charset=utf-8');
    expect(unfolded).toContain('Content-Type: text/html; charset=utf-8');
    expect(unfolded).toContain('CVE-2024-6387: https://set.example/cve/CVE-2024-6387');
    const idOf = (raw = '') => /^Message-ID: (.*)$/im.exec(raw)?.[1]?.trim();
    expect([idOf(mail?.raw), idOf(again?.raw)]).toEqual(Array(2).fill(`<${envelopeOf().id}@set.example>`));
  });

  test('a subject of others makes no header of its own', async () => {
    const server = await smtp();
    const message = messageOf({ subject: 'a\r\nBcc: eve@example.org\r\n\r\nbody', lead: '<script>x</script>' });
    await sendTo(server.port, { envelope: envelopeOf({ message }) });
    expect(server.mails[0]?.raw).not.toMatch(/^Bcc:/im);
    expect(server.mails[0]?.raw.split('text/html')[1]).not.toMatch(/<script/);
  });

  test('a server that nobody vouches for gets neither password nor mail', async () => {
    const asked: string[] = [];
    const server = await smtp({ authOptional: false, onAuth: ({ password }) => asked.push(password ?? '') });
    const settings = { security: 'starttls', user: 'sg' };
    await expect(sendTo(server.port, { settings, secret: 'right' })).rejects.toMatchObject({ code: 'mail.failed' });
    expect([server.mails, asked]).toEqual([[], []]);
  });

  test('a server without STARTTLS gets neither, where it is asked for', async () => {
    const server = await smtp({ hideSTARTTLS: true, disabledCommands: ['STARTTLS'] });
    const settings = { security: 'starttls', user: 'sg' };
    expect(await sendTo(server.port, { settings, secret: 'right' })).toMatchObject({
      kind: 'refused',
      blames: 'target',
    });
    expect(server.mails).toEqual([]);
  });

  describe.skipIf(identity === null)('over TLS that is vouched for', () => {
    const known = getCACertificates('default');
    beforeAll(() => setDefaultCACertificates([...known, identity?.cert ?? '']));
    afterAll(() => setDefaultCACertificates(known));

    test.each(['starttls', 'tls'])('%s: the right password sends, and only after it is encrypted', async (security) => {
      const server = await smtp({ ...authenticated, secure: security === 'tls' });
      const settings = { security, user: 'sg' };
      expect(await sendTo(server.port, { settings, secret: 'right' })).toMatchObject({ kind: 'sent' });
      expect(server.mails).toEqual([expect.objectContaining({ user: 'sg', isSecure: true })]);
    });

    test('a wrong password blames the target, is tried again later and sends nothing', async () => {
      const server = await smtp(authenticated);
      const settings = { security: 'starttls', user: 'sg' };
      expect(await sendTo(server.port, { settings, secret: 'wrong' })).toMatchObject({
        kind: 'refused',
        again: 'later',
        blames: 'target',
        detail: expect.stringContaining('535'),
      });
      expect(server.mails).toEqual([]);
      expect(await sendTo(server.port, { settings, secret: 'right' })).toMatchObject({ kind: 'sent' });
    });
  });

  test.each([
    ['a full mailbox', { onRcptTo: reply(452, 'mailbox full') }, { again: 'later', blames: 'message' }],
    ['no such mailbox', { onRcptTo: reply(550, 'no such user') }, { again: 'never', blames: 'message' }],
    ['a server that is busy', { onMailFrom: reply(421, 'try later') }, { again: 'later', blames: 'target' }],
  ])('%s', async (_name, { onRcptTo, onMailFrom }: { onRcptTo?: Error; onMailFrom?: Error }, expected) => {
    const server = await smtp({
      ...(onRcptTo === undefined ? {} : { onRcptTo: (_address, _session, done) => done(onRcptTo) }),
      ...(onMailFrom === undefined ? {} : { onMailFrom: (_address, _session, done) => done(onMailFrom) }),
    });
    expect(await sendTo(server.port)).toMatchObject({ kind: 'refused', ...expected });
  });

  test('a server that is not there fails and can be tried again', async () => {
    await expect(sendTo(1)).rejects.toMatchObject({ code: 'mail.failed', retryable: true });
  });

  test.each(['127.0.0.1', 'localhost', '::1', '10.0.0.1'])('no mail goes to %s unless it is allowed', async (host) => {
    const server = await smtp();
    const mailer = createSmtpMailer({ allowHosts: [] });
    await expect(sendTo(server.port, { mailer, settings: { host } })).rejects.toThrow('not on the public Internet');
    expect(server.mails).toEqual([]);
  });
});
