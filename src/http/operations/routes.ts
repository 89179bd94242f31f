import { Hono } from 'hono';
import type { Registry } from 'prom-client';
import type { Health } from '../ports.ts';

/** What a supervisor and a metrics collector ask: alive, ready, numbers. */
export function operationsRoutes(options: { readonly health: Health; readonly metrics: Registry }): Hono {
  const app = new Hono();
  const noStore = { 'Cache-Control': 'no-store' };
  app.get('/healthz', (c) => c.json({ status: 'alive', version: options.health.version }, 200, noStore));
  app.get('/readyz', async (c) => {
    const checks = await options.health.ready();
    const ready = checks.every((check) => check.ready);
    return c.json({ status: ready ? 'ready' : 'not ready', checks }, ready ? 200 : 503, noStore);
  });
  app.get('/metrics', async (c) =>
    c.body(await options.metrics.metrics(), 200, { ...noStore, 'Content-Type': options.metrics.contentType }),
  );
  return app;
}
