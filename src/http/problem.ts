import type { Context } from 'hono';
import { accepts } from 'hono/accepts';
import { AppError } from '../foundation/errors.ts';

/** An outcome that is told to whoever asks, RFC 9457. `detail` says what to do next and never holds internals. */
export interface Problem {
  readonly status: 400 | 401 | 403 | 404 | 405 | 409 | 410 | 413 | 414 | 416 | 422 | 429 | 500 | 503;
  readonly title: string;
  readonly detail: string;
  /** A stable name: `not-found`. */
  readonly code: string;
}

export const problems = {
  notFound: (detail: string): Problem => ({ status: 404, code: 'not-found', title: 'Not found', detail }),
  badRequest: (detail: string): Problem => ({
    status: 400,
    code: 'bad-request',
    title: 'The request cannot be read',
    detail,
  }),
};

/** How an unexpected throw is shown: what happened stays in the log, under the same request id. */
export function problemOfError(error: unknown, requestId: string): Problem {
  const retryable = error instanceof AppError && error.retryable;
  return {
    status: retryable ? 503 : 500,
    code: retryable ? 'try-again' : 'internal',
    title: retryable ? 'Not available just now' : 'Something went wrong here',
    detail: `Try again; if it stays, give the operator the request id ${requestId}.`,
  };
}

export function problemJson(c: Context, problem: Problem): Response {
  const { status, title, detail, code } = problem;
  return c.body(JSON.stringify({ type: `urn:snowguard:problem:${code}`, title, status, detail }), status, {
    'Content-Type': 'application/problem+json',
    'Cache-Control': 'no-store',
  });
}

/** One plain line, at most 200 bytes: Nix shows a short body to its user word for word. */
export function problemText(c: Context, problem: Problem): Response {
  return c.body(`${clipBytes(problem.detail, 198)}\n`, problem.status, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Cache-Control': 'no-store',
  });
}

function clipBytes(text: string, most: number): string {
  const line = text.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim();
  if (Buffer.byteLength(line) <= most) return line;
  let clipped = '';
  for (const character of line) {
    if (Buffer.byteLength(clipped) + Buffer.byteLength(character) > most - 3) break;
    clipped += character;
  }
  return `${clipped}…`;
}

/** Whether the client asks for a page: it would rather have text/html than JSON. Nix, curl and `fh` do not name it. */
export function wantsPage(c: Context): boolean {
  const supports = ['application/json', 'text/html'];
  return accepts(c, { header: 'Accept', supports, default: 'application/json' }) === 'text/html';
}
