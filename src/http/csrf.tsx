import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Context, MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { getCookie, setCookie } from 'hono/cookie';
import type { RandomBytes } from '../foundation/ids.ts';
import type { Problem } from './problem.ts';

const field = 'form_key';
const header = 'X-Snowguard-Form';
const strangersCookie = 'snowguard_form';
const maxFormBytes = 1024 * 1024;

/** The hidden field without which a form that is sent does nothing; needs no script and no state of ours. */
export function csrfField(c: Context) {
  const secret = c.get('formSecret') as string | undefined;
  return <input type="hidden" name={field} value={secret === undefined ? '' : keyOf(secret)} />;
}

/** Lets a page for strangers (to sign in) hold a form: a cookie stands in for the session that is not there yet. */
export function prepareStrangersForm(
  c: Context,
  given: { readonly random: RandomBytes; readonly secure: boolean },
): void {
  if (c.get('formSecret') !== undefined) return;
  const secret = getCookie(c, strangersCookie) ?? Buffer.from(given.random(32)).toString('base64url');
  setCookie(c, strangersCookie, secret, { httpOnly: true, sameSite: 'Lax', path: '/sign-in', secure: given.secure });
  c.set('formSecret', secret);
}

/**
 * Refuses what another site sends in the name of who is signed in: a session acts only with the field of our own page
 * (or, where the body is no form, the same value in the header). Tokens are sent on purpose, and pass.
 */
export function guardForms(answer: (c: Context, problem: Problem) => Response | Promise<Response>): MiddlewareHandler {
  const limit = bodyLimit({
    maxSize: maxFormBytes,
    onError: (c) =>
      answer(c, {
        status: 413,
        code: 'large-form',
        title: 'The form is too large',
        detail: `A form has at most ${maxFormBytes} bytes here.`,
      }) as Promise<Response>,
  });
  return async (c, next) => {
    if (c.req.method === 'GET' || c.req.method === 'HEAD') return next();
    const signingIn = c.req.path === '/sign-in' && c.req.header('Authorization') === undefined;
    const secret =
      (c.get('formSecret') as string | undefined) ?? (signingIn ? (getCookie(c, strangersCookie) ?? '') : null);
    if (secret === null) return next();
    const refuse = () =>
      answer(c, {
        status: 403,
        code: 'foreign-form',
        title: 'This form is not one of ours, or too old',
        detail: 'Open the page again and send the form from there. Nothing was done.',
      });
    if (secret === '' || c.req.header('Sec-Fetch-Site') === 'cross-site') return refuse();
    const sent = c.req.header(header);
    if (sent !== undefined) return isKey(sent, secret) ? next() : refuse();
    return limit(c, async () => {
      const form = isForm(c) ? await c.req.parseBody() : {};
      if (isKey(form[field], secret)) await next();
      else c.res = await refuse();
    });
  };
}

function isForm(c: Context): boolean {
  return /^(application\/x-www-form-urlencoded|multipart\/form-data)\b/i.test(c.req.header('Content-Type') ?? '');
}

function keyOf(secret: string): string {
  return createHmac('sha256', secret).update('snowguard form').digest('base64url');
}

function isKey(given: unknown, secret: string): boolean {
  const expected = Buffer.from(keyOf(secret));
  const sent = Buffer.from(typeof given === 'string' ? given : '');
  return sent.length === expected.length && timingSafeEqual(sent, expected);
}
