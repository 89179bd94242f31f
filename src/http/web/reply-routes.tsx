import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { Clock } from '../../foundation/clock.ts';
import { Reply } from '../../pipeline/alerts/index.ts';
import type { AlertPort } from '../alert-port.ts';
import { csrfField } from '../csrf.tsx';
import { ReplyPage } from './pages/reply.tsx';
import { createShowPage } from './show-page.ts';

const maxFormBytes = 64 * 1024;

const refusals = {
  'too-often': 'That was answered very often within the last hour: try it again later.',
  'no-reason': 'Say why it is accepted, in ten characters or more.',
  'not-told': 'The message told of none of these.',
} as const;

/** Where whoever got a message answers it: without signing in, and only by sending the form, as mail scanners follow links. */
export function replyRoutes({
  alerts,
  clock,
  name,
}: {
  readonly alerts: Pick<AlertPort, 'askedBy' | 'reply'>;
  readonly clock: Clock;
  readonly name: string;
}): Hono {
  const app = new Hono();
  const showPage = createShowPage(name);
  const show = async (
    c: Context,
    said: { readonly refusal: string | null; readonly isNoted: boolean },
    status: 200 | 422 | 429 = 200,
  ) => {
    const now = clock.now();
    const asked = await alerts.askedBy(c.req.param('token') ?? '', now);
    const title = asked === null ? 'No such link' : 'Answer';
    const page = <ReplyPage asked={asked} field={csrfField(c)} {...said} now={now} />;
    const response = await showPage(c, null, title, page, asked === null ? 404 : status);
    // The address is the key.
    response.headers.set('Cache-Control', 'private, no-store');
    return response;
  };
  const limit = bodyLimit({ maxSize: maxFormBytes, onError: (c) => c.text('The answer is too long.', 413) });
  app.get('/reply/:token', (c) => show(c, { refusal: null, isNoted: false }));
  app.post('/reply/:token', limit, async (c) => {
    const form = await c.req.parseBody({ all: true });
    const finding = form.finding ?? [];
    const parsed = Reply.safeParse({
      consumer: form.consumer,
      findings: Array.isArray(finding) ? finding : [finding],
      answer: form.answer,
      reason: typeof form.reason === 'string' && form.reason.trim() !== '' ? form.reason : null,
    });
    const refuse = (refusal: string, status: 422 | 429) => show(c, { refusal, isNoted: false }, status);
    if (!parsed.success) return refuse(`${parsed.error.issues.map(({ message }) => message).join('; ')}.`, 422);
    const outcome = await alerts.reply({ token: c.req.param('token'), reply: parsed.data, at: clock.now() });
    if (outcome.kind === 'refused') return refuse(refusals[outcome.why], outcome.why === 'too-often' ? 429 : 422);
    return show(c, { refusal: null, isNoted: outcome.kind === 'noted' });
  });
  return app;
}
