import { z } from 'zod';
import type { Mail } from '../../../../platform/mailer/index.ts';
import { escapeHtml } from '../../escape-html.ts';
import { unset } from '../answer.ts';
import { channelOf, type Envelope } from '../channel.ts';
import { cutText, oneLine } from '../text/cut.ts';
import { mailRoom, plainText, simpleHtml } from '../text/plain.ts';

const settings = z.strictObject({
  host: z.string().min(1).max(255),
  port: z.int().min(1).max(65_535).default(587),
  security: z.enum(['tls', 'starttls', 'none']).default('starttls'),
  /** Its password is the secret. */
  user: z.string().min(1).nullable().default(null),
  /** `Snowguard <security@example.org>` */
  from: z.string().min(3).max(320),
});

export const email = channelOf({
  id: 'email',
  title: 'E-mail',
  settings,
  needsAddress: true,
  together: 4,
  paceMs: 0,
  send: async ({ settings: { from, ...server }, secret, envelope, wires }) => {
    if (envelope.address === null) return unset('the mail address of the subscriber');
    const outcome = await wires.mailer.send({ ...server, password: secret }, renderMail(envelope, from));
    if (outcome.kind === 'accepted') return { kind: 'sent', detail: outcome.answer };
    return {
      kind: 'refused',
      again: outcome.code >= 500 && outcome.isAboutMail ? 'never' : 'later',
      blames: outcome.isAboutMail ? 'message' : 'target',
      retryAfterMs: null,
      detail: outcome.answer,
    };
  },
});

/** Two parts that say the same, and the headers by which a mail program offers to stop it (RFC 8058). */
export function renderMail(envelope: Envelope, from: string): Mail {
  const { message, stopUrl } = envelope;
  const host = new URL(envelope.homeUrl).hostname;
  return {
    from,
    to: envelope.address ?? '',
    subject: cutText(`[${envelope.from}] ${oneLine(message.subject)}`, 180),
    text: plainText(envelope, mailRoom),
    html: `<!doctype html><html lang="en"><meta charset="utf-8"><title>${escapeHtml(oneLine(message.subject))}</title><body>${simpleHtml(envelope, mailRoom)}</body></html>`,
    messageId: `${envelope.id}@${host}`,
    headers: {
      'Auto-Submitted': 'auto-generated',
      'List-Id': `<alerts.${host}>`,
      ...(stopUrl === null
        ? {}
        : { 'List-Unsubscribe': `<${stopUrl}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' }),
      ...(message.urgency === 'urgent' ? { Importance: 'high' } : {}),
    },
  };
}
