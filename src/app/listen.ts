import { createServer } from 'node:http';
import type { Socket } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import type { Hono } from 'hono';
import { AppError } from '../foundation/errors.ts';
import type { FirstAnswer } from '../http/index.ts';

export interface Listening {
  readonly host: string;
  readonly port: number;
  /** Takes no new request, lets the running ones end for at most 5 seconds. */
  readonly close: () => Promise<void>;
}

/** How long a client may take, in milliseconds. */
export interface Patience {
  /** For all of a request: a large upload over a slow line takes its time. */
  readonly requestMs: number;
  /** For its headers. */
  readonly headersMs: number;
  /** Without a byte in either direction. */
  readonly idleMs: number;
  /** How often that is looked at. */
  readonly lookMs: number;
}

const usual: Patience = { requestMs: 15 * 60_000, headersMs: 20_000, idleMs: 120_000, lookMs: 5_000 };

/** What a client may ask at once on one connection. Each question of a flood is small, and what it is answered with is not. */
const mostUnanswered = 64;

const listenErrors = {
  taken: { code: 'listen.port-taken', retryable: false },
  failed: { code: 'listen.failed', retryable: false },
} as const;

/** Serves an app on an address. Port 0 picks a free one. */
export async function listen(options: {
  readonly app: Pick<Hono, 'fetch'>;
  /** Asked before the app. */
  readonly first?: FirstAnswer;
  readonly host: string;
  readonly port: number;
  readonly patience?: Patience;
}): Promise<Listening> {
  const { host, port, first, patience = usual } = options;
  const app = getRequestListener(options.app.fetch);
  const { requestMs, headersMs, idleMs, lookMs } = patience;
  const limits = { requestTimeout: requestMs, headersTimeout: headersMs, connectionsCheckingInterval: lookMs };
  const unanswered = new WeakMap<Socket, number>();
  const server = createServer(limits, (request, response) => {
    const { socket } = request;
    const waiting = unanswered.get(socket) ?? 0;
    if (waiting >= mostUnanswered) socket.destroy();
    if (socket.destroyed) return;
    unanswered.set(socket, waiting + 1);
    response.once('close', () => unanswered.set(socket, (unanswered.get(socket) ?? 1) - 1));
    const otherwise = () => void app(request, response);
    if (first === undefined) otherwise();
    else first(request, response, otherwise);
  });
  server.timeout = idleMs;
  server.maxRequestsPerSocket = 10_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(explained(error, host, port)));
    server.listen({ host, port }, resolve);
  });
  const address = server.address();
  return {
    host,
    port: typeof address === 'object' && address !== null ? address.port : port,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      const timer = setTimeout(() => server.closeAllConnections(), 5_000);
      await closed;
      clearTimeout(timer);
    },
  };
}

/** A port that is free now. It is chosen before anything is told of the address. */
export async function freePort(host: string): Promise<number> {
  const listening = await listen({ app: { fetch: () => new Response() }, host, port: 0 });
  await listening.close();
  return listening.port;
}

function explained(error: NodeJS.ErrnoException, host: string, port: number): AppError {
  if (error.code === 'EADDRINUSE')
    return new AppError(listenErrors.taken, `the port ${port} on ${host} is taken by another program`, {
      cause: error,
      hint: `Stop it, or choose another port: npm start -- --port ${port + 1}`,
    });
  if (error.code === 'EACCES')
    return new AppError(listenErrors.failed, `this user may not listen on port ${port}`, {
      cause: error,
      hint: 'Choose a port above 1023, for example --port 8080.',
    });
  return new AppError(listenErrors.failed, `cannot listen on ${host}:${port}: ${error.message}`, {
    cause: error,
    hint: 'Check listen.host in snowguard.toml: it must be an address of this machine.',
  });
}
