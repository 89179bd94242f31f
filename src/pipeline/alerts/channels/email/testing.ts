import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { type AlertTarget, bindTarget } from '../../target.ts';

interface ReceivedMail {
  readonly to: string;
  readonly raw: string;
  readonly user: string | undefined;
  readonly isSecure: boolean;
}

/** A real SMTP server on the loopback; what it takes is kept as it came. */
export async function mailReceiver(options: SMTPServerOptions = {}) {
  const mails: ReceivedMail[] = [];
  const server = new SMTPServer({
    authOptional: true,
    onData: (stream, session, done) => {
      let raw = '';
      stream.on('data', (chunk: Buffer) => {
        raw += chunk.toString('utf8');
      });
      stream.on('end', () => {
        mails.push({
          to: session.envelope.rcptTo[0]?.address ?? '',
          raw,
          user: session.user,
          isSecure: session.secure,
        });
        done();
      });
    },
    ...options,
  });
  server.on('error', () => {});
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  const { port } = server.server.address() as AddressInfo;
  return { mails, port, close: () => server.close() };
}

export function mailTarget(name: string, port: number): AlertTarget {
  const settings = { host: '127.0.0.1', port, security: 'none', from: 'Snowguard <sg@set.example>' };
  return bindTarget({ name, channel: 'email', settings, secret: async () => null });
}
