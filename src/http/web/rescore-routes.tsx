import { Hono } from 'hono';
import type { PortalReads } from '../ports.ts';
import { pathSegments } from '../registry/segments.ts';
import type { PageContext, ShowPage } from './context.ts';
import { RescorePage } from './pages/rescore.tsx';
import { RescoresPage } from './pages/rescores.tsx';

const perPage = 50;

/** What a newer matching algorithm would change, until a person adopts it. */
export function rescoreRoutes(given: {
  readonly reads: Pick<PortalReads, 'rescores' | 'rescore'>;
  readonly show: ShowPage;
  readonly context: () => PageContext;
}): Hono {
  const { reads, show, context } = given;
  const app = new Hono();
  app.get('/rescore', async (c) =>
    show(c, '/rescore', 'Rescoring', <RescoresPage shadows={await reads.rescores()} context={context()} />),
  );
  app.get('/rescore/:channel', async (c) => {
    const channel = (pathSegments(c.req.url)?.[1] ?? '').slice(0, 200);
    const after = c.req.query('after')?.slice(0, 500) ?? null;
    const read = await reads.rescore({ channel, after, limit: perPage });
    return read === null
      ? c.notFound()
      : show(c, '/rescore', `Rescoring of ${channel}`, <RescorePage read={read} after={after} context={context()} />);
  });
  return app;
}
