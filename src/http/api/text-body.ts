import type { Context } from 'hono';
import { readBody } from '../middleware/limits.ts';
import { type Problem, problems } from '../problem.ts';

/** The body as text; a problem when it is larger than allowed, or no UTF-8. */
export async function textBody(c: Context, maxBytes: number): Promise<string | Problem> {
  const body = await readBody(c.req.raw, maxBytes);
  if (body.kind === 'text') return body.text;
  if (body.kind === 'not-text') return problems.badRequest('The body is not UTF-8 text.');
  return {
    status: 413,
    code: 'large-body',
    title: 'The body is too large',
    detail: `At most ${maxBytes} bytes are read here.`,
  };
}
