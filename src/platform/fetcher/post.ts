import { request as send } from 'undici';
import { type Clock, systemClock } from '../../foundation/clock.ts';
import { AppError, messageOf } from '../../foundation/errors.ts';
import { fetchErrors } from './errors.ts';
import { createDispatchers } from './guarded-dispatchers.ts';
import { retryAfterMs } from './http.ts';
import type { PostAnswer, Poster, PostRequest } from './index.ts';

const timeoutMs = 20_000;
const maxAnswerBytes = 65_536;

/** Sends messages over HTTP. `close` lets go of the idle connections. */
export function createPoster(options: {
  readonly userAgent: string;
  /** Hosts (`host` or `host:port`) that may have a private or loopback address. */
  readonly allowHosts?: readonly string[];
  readonly clock?: Clock;
}): Poster & { readonly close: () => Promise<void> } {
  const clock = options.clock ?? systemClock;
  const { dispatcherFor, close } = createDispatchers({
    allowHosts: options.allowHosts ?? [],
    connectTimeoutMs: 10_000,
  });
  return {
    close,
    post: async (request) => {
      const url = addressOf(request.url);
      const timer = AbortSignal.timeout(timeoutMs);
      try {
        return await answerOf(url, request, timer);
      } catch (error) {
        throw explained(error, url, request, timer);
      }
    },
  };

  async function answerOf(url: URL, request: PostRequest, timer: AbortSignal): Promise<PostAnswer> {
    const answer = await send(url, {
      dispatcher: dispatcherFor(url),
      method: request.method ?? 'POST',
      headers: { 'user-agent': options.userAgent, ...request.headers },
      body: request.body,
      signal: request.signal === undefined ? timer : AbortSignal.any([timer, request.signal]),
    });
    const header = answer.headers['retry-after'];
    return {
      status: answer.statusCode,
      retryAfterMs: retryAfterMs(typeof header === 'string' ? header : undefined, clock.now()),
      body: await beginningOf(answer.body),
    };
  }
}

async function beginningOf(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    size += chunk.length;
    // Leaving the loop ends the connection: nobody makes us read without end.
    if (size >= maxAnswerBytes) break;
  }
  return Buffer.concat(chunks).subarray(0, maxAnswerBytes).toString('utf8');
}

function addressOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url !== null && (url.protocol === 'https:' || url.protocol === 'http:')) return url;
  // The address of a chat's webhook is a secret: it is not repeated.
  throw new AppError(fetchErrors.badUrl, 'the address is not an http or https one', {
    hint: 'Correct the address of the target in the configuration or in its secret.',
  });
}

function explained(error: unknown, url: URL, request: PostRequest, timer: AbortSignal): unknown {
  if (error instanceof AppError) return error;
  if (error instanceof Error && error.cause instanceof AppError) return error.cause;
  if (request.signal?.aborted === true) return error;
  if (timer.aborted)
    return new AppError(fetchErrors.timeout, `${url.host} took longer than ${timeoutMs} ms`, { cause: error });
  return new AppError(fetchErrors.failed, `${url.host} could not be reached: ${messageOf(error) || 'it broke off'}`, {
    cause: error,
  });
}
