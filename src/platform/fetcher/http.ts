import { type Dispatcher, request as send } from 'undici';
import { type Clock, systemClock } from '../../foundation/clock.ts';
import { AppError, messageOf } from '../../foundation/errors.ts';
import { boundedBody } from './bounded-body.ts';
import { fetchErrors } from './errors.ts';
import { createDispatchers } from './guarded-dispatchers.ts';
import type { Fetcher, FetchOutcome, FetchRequest } from './index.ts';

const maxRedirects = 5;

export interface FetcherOptions {
  readonly userAgent: string;
  /** Hosts (`host` or `host:port`) that may have a private or loopback address. */
  readonly allowHosts?: readonly string[];
  readonly connectTimeoutMs?: number;
  readonly clock?: Clock;
}

/** Outgoing requests. `close` lets go of the idle connections. */
export function createFetcher(options: FetcherOptions): Fetcher & { readonly close: () => Promise<void> } {
  const { dispatcherFor, close } = createDispatchers({
    allowHosts: options.allowHosts ?? [],
    connectTimeoutMs: options.connectTimeoutMs ?? 10_000,
  });
  const clock = options.clock ?? systemClock;

  return {
    fetch: async (request) => {
      const timer = AbortSignal.timeout(request.timeoutMs);
      const signal = request.signal === undefined ? timer : AbortSignal.any([timer, request.signal]);
      let url = parseUrl(request.url);
      let headers = headersOf(request, options.userAgent);
      const explain = (error: Error) => explained(error, shown(url), request, timer);
      for (let hop = 0; ; hop++) {
        const dispatcher = dispatcherFor(url);
        const answer = await send(url, { dispatcher, headers, signal, method: 'GET' }).catch((error: Error) => {
          throw explain(error);
        });
        const location = answer.headers.location;
        if (![301, 302, 303, 307, 308].includes(answer.statusCode) || typeof location !== 'string')
          return outcomeOf({ answer, request, shownUrl: shown(url), explain, now: clock.now() });
        answer.body.on('error', () => {});
        answer.body.destroy();
        if (hop >= maxRedirects)
          throw new AppError(fetchErrors.redirects, `${shown(url)} redirects more than ${maxRedirects} times`, {
            hint: 'Put the final address into the configuration.',
          });
        const next = parseUrl(location, url);
        if (url.protocol === 'https:' && next.protocol === 'http:')
          throw new AppError(fetchErrors.redirects, `${shown(url)} redirects from https to http`, {
            hint: 'Put the final address into the configuration if it can be trusted.',
          });
        if (next.origin !== url.origin) headers = withoutCredentials(headers);
        url = next;
      }
    },
    close,
  };
}

async function outcomeOf(given: {
  readonly answer: Dispatcher.ResponseData;
  readonly request: FetchRequest;
  readonly shownUrl: string;
  readonly explain: (error: Error) => Error;
  readonly now: number;
}): Promise<FetchOutcome> {
  const { answer, request, shownUrl, explain } = given;
  const status = answer.statusCode;
  const text = (name: string) => {
    const value = answer.headers[name];
    return typeof value === 'string' ? value : undefined;
  };
  const discard = () => {
    answer.body.on('error', () => {});
    answer.body.destroy();
  };
  if (status === 304) {
    discard();
    return { kind: 'unchanged' };
  }
  if (status < 200 || status > 299) {
    discard();
    return {
      kind: 'refused',
      status,
      retryAfterMs: retryAfterMs(text('retry-after'), given.now),
      message: `${shownUrl} answered with status ${status}`,
    };
  }
  const encoding = (text('content-encoding') ?? 'identity').toLowerCase();
  const declared = Number(text('content-length') ?? 0);
  if (!['identity', 'gzip', 'x-gzip'].includes(encoding)) {
    discard();
    throw new AppError(fetchErrors.encoding, `${shownUrl} sends the encoding ${encoding.slice(0, 40)}, unasked`);
  }
  if (declared > request.maxBytes) {
    discard();
    throw new AppError(
      fetchErrors.tooLarge,
      `${shownUrl} announces ${declared} bytes; the limit is ${request.maxBytes}`,
      {
        hint: 'Nothing of its kind is so large: check the address in the configuration.',
      },
    );
  }
  const etag = text('etag');
  const lastModified = text('last-modified');
  return {
    kind: 'content',
    body: boundedBody({
      source: answer.body,
      gzip: encoding !== 'identity',
      maxBytes: request.maxBytes,
      shownUrl,
      explain,
    }),
    validators: { ...(etag === undefined ? {} : { etag }), ...(lastModified === undefined ? {} : { lastModified }) },
    contentType: text('content-type') ?? '',
    ...nextPage(text('link'), request.url),
  };
}

// A key goes with the request for the next page: another origin's is none.
function nextPage(link: string | undefined, of: string): { readonly next?: string } {
  const [, named] = /<([^<>]{1,4096})>;\s*rel="?next\b/.exec(link ?? '') ?? [];
  const next = named === undefined ? null : URL.parse(named, of);
  return next === null || next.origin !== new URL(of).origin ? {} : { next: next.href };
}

function headersOf(request: FetchRequest, userAgent: string): Readonly<Record<string, string>> {
  const given = Object.entries(request.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value] as const);
  const { etag, lastModified } = request.validators ?? {};
  return {
    'user-agent': userAgent,
    'accept-encoding': 'gzip',
    ...Object.fromEntries(given),
    ...(etag === undefined ? {} : { 'if-none-match': etag }),
    ...(lastModified === undefined ? {} : { 'if-modified-since': lastModified }),
  };
}

// Any header of the caller's may be a key (`apiKey` of the NVD): another origin gets only what says nothing.
function withoutCredentials(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const harmless = ['user-agent', 'accept', 'accept-encoding', 'if-none-match', 'if-modified-since'];
  return Object.fromEntries(Object.entries(headers).filter(([name]) => harmless.includes(name)));
}

function parseUrl(text: string, base?: URL): URL {
  const url = URL.canParse(text, base?.href) ? new URL(text, base) : null;
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:'))
    throw new AppError(fetchErrors.badUrl, `not an http or https address: ${JSON.stringify(text.slice(0, 200))}`, {
      hint: 'Correct the address in the configuration.',
    });
  return url;
}

/** Without user, password and query, which may hold keys. */
function shown(url: URL): string {
  return `${url.origin}${url.pathname}`;
}

/** Seconds or an HTTP date; at most one day. */
export function retryAfterMs(value: string | undefined, now: number): number | null {
  if (value === undefined) return null;
  const wait = /^\d{1,9}$/.test(value.trim()) ? Number(value) * 1000 : Date.parse(value) - now;
  return Number.isNaN(wait) ? null : Math.max(0, Math.min(wait, 86_400_000));
}

function explained(error: Error, shownUrl: string, request: FetchRequest, timer: AbortSignal): Error {
  if (error instanceof AppError) return error;
  if (error.cause instanceof AppError) return error.cause;
  if (request.signal?.aborted === true) return error;
  if (timer.aborted)
    return new AppError(fetchErrors.timeout, `${shownUrl} took longer than ${request.timeoutMs} ms`, {
      cause: error,
      hint: 'The next sync tries again.',
    });
  return new AppError(fetchErrors.failed, `${shownUrl} could not be fetched: ${messageOf(error) || error.name}`, {
    cause: error,
    hint: 'Check the address and the network; the next sync tries again.',
  });
}
