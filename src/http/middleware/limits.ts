import type { Context, MiddlewareHandler } from 'hono';
import type { Problem } from '../problem.ts';

const maxUrlLength = 4096;

/** Refuses addresses longer than any of ours, before anything looks at them. */
export function urlLimit(answer: (c: Context, problem: Problem) => Response | Promise<Response>): MiddlewareHandler {
  return async (c, next) => {
    if (c.req.url.length > maxUrlLength) {
      return answer(c, {
        status: 414,
        code: 'long-address',
        title: 'The address is too long',
        detail: `An address has at most ${maxUrlLength} characters here.`,
      });
    }
    await next();
  };
}

/** Refuses a method that the address does not take. */
export function methodLimit(
  answer: (c: Context, problem: Problem) => Response | Promise<Response>,
  methodsOf: (path: string) => readonly string[],
): MiddlewareHandler {
  return async (c, next) => {
    const methods = methodsOf(c.req.path);
    if (methods.includes(c.req.method)) return next();
    const allow = methods.join(', ');
    const response = await answer(c, {
      status: 405,
      code: 'method',
      title: 'This address does not take that method',
      detail: `Use ${allow}.`,
    });
    response.headers.set('Allow', allow);
    return response;
  };
}

export type BodyOutcome =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'too-large' }
  | { readonly kind: 'not-text' };

/** Reads a UTF-8 body of at most `maxBytes`; stops reading as soon as there is more. */
export async function readBody(request: Request, maxBytes: number): Promise<BodyOutcome> {
  if (Number(request.headers.get('Content-Length') ?? 0) > maxBytes) return { kind: 'too-large' };
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength;
    if (size > maxBytes) return { kind: 'too-large' };
    chunks.push(chunk);
  }
  try {
    return { kind: 'text', text: new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks)) };
  } catch {
    return { kind: 'not-text' };
  }
}
