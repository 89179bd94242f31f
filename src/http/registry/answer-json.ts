import type { Context, MiddlewareHandler } from 'hono';
import { wantsPage } from '../problem.ts';

/** JSON that is asked for again each time, at an address that shows people a page. */
export function answerJson(c: Context, value: readonly unknown[] | object): Response {
  return c.json(value, 200, { 'Cache-Control': 'no-cache', Vary: 'Accept' });
}

/** Answers programs; a browser goes on to the page at the same address. */
export function unlessPage(answer: (c: Context) => Promise<Response>): MiddlewareHandler {
  return async (c, next) => {
    if (!wantsPage(c)) return answer(c);
    c.header('Vary', 'Accept');
    await next();
  };
}
