import type { MiddlewareHandler } from 'hono';
import { matchedRoutes } from 'hono/route';
import type { Registry } from 'prom-client';
import { Counter, Histogram } from 'prom-client';
import type { Clock } from '../../foundation/clock.ts';

const labelNames = ['method', 'route', 'status'] as const;

/** The counter of answers in these metrics; made at the first call. */
export function answersIn(registry: Registry): Counter<(typeof labelNames)[number]> {
  const name = 'snowguard_http_requests_total';
  const made = registry.getSingleMetric(name) as Counter<(typeof labelNames)[number]> | undefined;
  return made ?? new Counter({ name, help: 'Answers given.', labelNames, registers: [registry] });
}

/** Whether there is anything under embargo must not be told by how often somebody looks. */
function isConfidential(path: string): boolean {
  return /^(\/api\/v1)?\/embargoes(\/|$)/.test(path);
}

/** Counts and times every answer by route pattern (never by address: those are without bound). */
export function measure(registry: Registry, clock: Clock): MiddlewareHandler {
  const requests = answersIn(registry);
  const duration = new Histogram({
    name: 'snowguard_http_request_seconds',
    help: 'Time to the first byte of an answer.',
    labelNames: ['route'],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
    registers: [registry],
  });
  return async (c, next) => {
    const started = clock.now();
    await next();
    if (isConfidential(c.req.path)) return;
    const durationMs = Math.max(0, clock.now() - started);
    const route =
      matchedRoutes(c).findLast((candidate) => candidate.method === 'GET' || candidate.method === 'POST')?.path ??
      'none';
    const method = ['GET', 'HEAD', 'POST'].includes(c.req.method) ? c.req.method : 'other';
    requests.inc({ method, route, status: String(c.res.status) });
    duration.observe({ route }, durationMs / 1000);
    c.res.headers.append('Server-Timing', `app;dur=${durationMs}`);
  };
}
