import { connect, isIP, type Socket } from 'node:net';
import type { Transporter } from 'nodemailer';
import { AppError, messageOf } from '../../foundation/errors.ts';
import { isAllowedHost, isPublicAddress } from '../fetcher/addresses.ts';
import { privateHost, publicLookup } from '../fetcher/guarded-agent.ts';
import type { Mail, Mailer, MailOutcome, MailServer } from './index.ts';

const failed = { code: 'mail.failed', retryable: true } as const;
const connectTimeoutMs = 10_000;

type SocketCallback = (error: Error | null, socket?: { readonly connection: Socket }) => void;

/** Mail over SMTP, a small pool of connections a server. `close` ends them. */
export function createSmtpMailer(options: {
  /** Hosts (`host` or `host:port`) that may have a private or loopback address. */
  readonly allowHosts: readonly string[];
}): Mailer & { readonly close: () => void } {
  const transports = new Map<string, Promise<Transporter>>();
  const transportOf = (server: MailServer) => {
    const key = JSON.stringify(server);
    let transport = transports.get(key);
    if (transport === undefined) {
      transport = openTransport(server, options.allowHosts);
      transports.set(key, transport);
    }
    return transport;
  };
  return {
    send: async (server, mail) => {
      const transport = await transportOf(server);
      try {
        const { response } = (await transport.sendMail(messageFrom(mail))) as { readonly response: string };
        return { kind: 'accepted', answer: response };
      } catch (error) {
        return refusalOf(error, server);
      }
    },
    close: () => {
      for (const transport of transports.values()) void transport.then((open) => open.close());
    },
  };
}

async function openTransport(server: MailServer, allowHosts: readonly string[]): Promise<Transporter> {
  const { createTransport } = await import('nodemailer');
  const { host, port, security, user, password } = server;
  return createTransport({
    pool: true,
    maxConnections: 4,
    host,
    port,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    ...(user === null ? {} : { auth: { user, pass: password ?? '' } }),
    disableFileAccess: true,
    disableUrlAccess: true,
    connectionTimeout: connectTimeoutMs,
    greetingTimeout: connectTimeoutMs,
    socketTimeout: 30_000,
    // The address is checked in the lookup that the socket connects by, so that a second answer of the DNS gains nothing.
    getSocket: (_options: unknown, done: SocketCallback) => {
      const isAllowed = isAllowedHost(new URL(`smtp://${isIP(host) === 6 ? `[${host}]` : host}:${port}`), allowHosts);
      if (!isAllowed && isIP(host) !== 0 && !isPublicAddress(host)) {
        done(privateHost(host));
        return;
      }
      const socket = connect({ host, port, ...(isAllowed ? {} : { lookup: publicLookup }) });
      socket.setTimeout(connectTimeoutMs, () => socket.destroy(new Error('it does not answer')));
      const onError = (error: Error) => done(error);
      socket.once('error', onError);
      socket.once('connect', () => {
        socket.off('error', onError);
        socket.setTimeout(0);
        done(null, { connection: socket });
      });
    },
  });
}

function messageFrom(mail: Mail) {
  return { ...mail, messageId: `<${mail.messageId}>`, headers: { ...mail.headers } };
}

/** What the server said no to; everything else is thrown. */
function refusalOf(error: unknown, { host }: MailServer): MailOutcome {
  if (error instanceof AppError) throw error;
  const { responseCode, response, command } = error as {
    readonly responseCode?: number;
    readonly response?: string;
    readonly command?: string;
  };
  if (responseCode === undefined)
    throw new AppError(failed, `the mail server ${host} failed: ${messageOf(error)}`, { cause: error });
  const isAboutMail = command === 'RCPT TO' || command === 'DATA';
  return { kind: 'refused', code: responseCode, answer: (response ?? '').slice(0, 500), isAboutMail };
}
