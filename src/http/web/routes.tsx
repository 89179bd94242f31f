import { Hono } from 'hono';
import type { Clock } from '../../foundation/clock.ts';
import type { ReviewStore } from '../../pipeline/changes/index.ts';
import type { FlakeWriter } from '../../pipeline/releases/index.ts';
import { paths, withQuery } from '../addresses.ts';
import type { CachePorts } from '../cache/ports.ts';
import type { ExceptionPort } from '../exception-port.ts';
import type { PortalReads, RegistryReads } from '../ports.ts';
import { isOfTheHouse, principalOf } from '../principal.ts';
import { pathSegments } from '../registry/segments.ts';
import type { SlaPort } from '../sla-ports.ts';
import { assetRoutes } from './assets.ts';
import { cachePageRoutes } from './cache-routes.tsx';
import type { PageContext } from './context.ts';
import { flakeRoutes } from './flake-routes.tsx';
import { AdvisoriesPage } from './pages/advisories.tsx';
import { ChannelsPage } from './pages/channels.tsx';
import { ConsumersPage } from './pages/consumers.tsx';
import { CvePage } from './pages/cve.tsx';
import { ExplainPage } from './pages/explain.tsx';
import { FeedsPage } from './pages/feeds.tsx';
import { FindingsPage } from './pages/findings.tsx';
import { OverviewPage } from './pages/overview.tsx';
import { PackagePage } from './pages/package.tsx';
import { PackagesPage } from './pages/packages.tsx';
import { PublicationPage } from './pages/publication.tsx';
import { QuarantinePage } from './pages/quarantine.tsx';
import { ReleasePage } from './pages/release.tsx';
import { findingQueryOf, quarantineQueryOf, textQueryOf } from './queries.ts';
import { releaseRoutes } from './release-routes.tsx';
import { rescoreRoutes } from './rescore-routes.tsx';
import { reviewRoutes } from './review-routes.tsx';
import { createShowPage } from './show-page.ts';
import { slaRoutes } from './sla-routes.tsx';

interface Options {
  readonly reads: PortalReads;
  readonly cache: CachePorts;
  readonly registry: RegistryReads;
  readonly flakes: FlakeWriter;
  readonly sla: SlaPort;
  readonly exceptions: ExceptionPort;
  readonly reviews: Pick<ReviewStore, 'act'>;
  readonly publicUrl: string;
  readonly clock: Clock;
  readonly flake: { readonly organisation: string; readonly flake: string };
}

/** The pages for people. An address that names nothing falls through to the not-found answer. */
export function webRoutes(options: Options): Hono {
  const { reads, cache, exceptions, registry, flakes, sla, reviews, publicUrl, clock, flake } = options;
  const app = new Hono();
  const name = `${flake.organisation}/${flake.flake}`;
  const context = (): PageContext => ({ now: clock.now(), publicUrl, name, ...flake });
  const show = createShowPage(name);

  app.route('/', assetRoutes());
  app.route('/', cachePageRoutes({ cache, show, context }));
  app.route('/', flakeRoutes({ registry, flakes, show, context }));
  app.route('/', releaseRoutes({ reads, exceptions, show, context }));
  app.route('/', rescoreRoutes({ reads, show, context }));
  app.route('/', reviewRoutes({ reads, reviews, show, context }));
  app.route('/', slaRoutes({ sla, show, context, isOpen: (c) => isOfTheHouse(principalOf(c), flake.organisation) }));
  app.get('/', async (c) => show(c, '/', name, <OverviewPage overview={await reads.overview()} context={context()} />));
  app.get(paths.channels, async (c) =>
    show(c, '/channels', 'Channels', <ChannelsPage rows={await reads.channels()} context={context()} />),
  );
  app.get('/findings', async (c) => {
    const query = findingQueryOf(c.req.query());
    return show(
      c,
      '/findings',
      'Findings',
      <FindingsPage page={await reads.findings(query)} query={query} context={context()} />,
    );
  });
  app.get('/packages', async (c) => {
    const query = textQueryOf(c.req.query());
    return show(c, '/packages', 'Packages', <PackagesPage page={await reads.packages(query)} query={query} />);
  });
  app.get('/packages/:attr', async (c) => {
    const page = await reads.packagePage(pathSegments(c.req.url)?.[1] ?? '');
    return page === null
      ? c.notFound()
      : show(c, '/packages', page.attr, <PackagePage page={page} context={context()} />);
  });
  app.get('/advisories', async (c) => {
    const query = textQueryOf(c.req.query());
    return show(c, '/advisories', 'Advisories', <AdvisoriesPage page={await reads.advisories(query)} query={query} />);
  });
  app.get('/advisories/:id', async (c) => {
    const read = await reads.publication((pathSegments(c.req.url)?.[1] ?? '').slice(0, 80));
    return read === null
      ? c.notFound()
      : show(c, '/advisories', read.id, <PublicationPage read={read} now={clock.now()} />);
  });
  app.get('/cve/:id', async (c) => {
    const id = (pathSegments(c.req.url)?.[1] ?? '').slice(0, 80);
    const found = await reads.cvePage(id);
    const status = found.advisory === null && found.findings.length === 0 ? 404 : 200;
    return show(
      c,
      '/advisories',
      found.advisory?.id ?? id,
      <CvePage id={id} reads={found} context={context()} />,
      status,
    );
  });
  app.get('/cve/:id/:attr', async (c) => {
    const [, id = '', attr = ''] = pathSegments(c.req.url) ?? [];
    const read = await reads.explain(id.slice(0, 80), attr.slice(0, 500));
    return read === null
      ? c.notFound()
      : show(c, '/advisories', `${read.id} and ${read.attr}`, <ExplainPage read={read} />);
  });
  app.get('/releases/:uuid', async (c) => {
    const page = await reads.release(c.req.param('uuid').toLowerCase());
    return page === null
      ? c.notFound()
      : show(c, '/releases', page.release.version, <ReleasePage page={page} context={context()} />);
  });
  app.get('/feeds', async (c) =>
    show(c, '/feeds', 'Feeds', <FeedsPage feeds={await reads.feeds()} context={context()} />),
  );
  app.get('/feeds/quarantine', async (c) => {
    const query = quarantineQueryOf(c.req.query());
    return show(
      c,
      '/feeds',
      'Set aside',
      <QuarantinePage page={await reads.quarantined(query)} query={query} context={context()} />,
    );
  });
  app.get('/consumers', async (c) => {
    const board = await reads.consumers({ byClosures: isOfTheHouse(principalOf(c), flake.organisation) });
    return show(c, '/consumers', 'Consumers', <ConsumersPage board={board} context={context()} />);
  });
  app.get('/search', async (c) => {
    const text = (c.req.query('q') ?? '').trim().slice(0, 200);
    const isId = /^(CVE-\d{4}-\d{3,}|GHSA(-[0-9a-z]{4}){3}|[A-Z]+-\d{4}-\d+)$/i.test(text);
    const own = isId ? await reads.publication(text) : null;
    if (own !== null) return c.redirect(paths.publication(own.id), 303);
    return c.redirect(
      isId
        ? paths.cve(text.toUpperCase().startsWith('GHSA') ? text : text.toUpperCase())
        : withQuery('/packages', { q: text }),
      303,
    );
  });
  return app;
}
