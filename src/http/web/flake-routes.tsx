import { Hono } from 'hono';
import { simplifiedVersion } from '../../formats/nix/flake-version.ts';
import type { PortalReads, RegistryReads } from '../ports.ts';
import { flakesOf } from '../registry/directory.ts';
import { newestFirst } from '../registry/resolve-range.ts';
import { pathSegments } from '../registry/segments.ts';
import type { PageContext, ShowPage } from './context.ts';
import { FlakePage, FlakeReleasesPage } from './pages/flake.tsx';
import { FlakesPage } from './pages/flakes.tsx';
import { OrganisationsPage } from './pages/organisations.tsx';
import { ReleasePage } from './pages/release.tsx';

/** The pages of the registry: who publishes what, and each flake with its versions. */
export function flakeRoutes({
  reads,
  registry,
  show,
  context,
}: {
  readonly reads: Pick<PortalReads, 'release'>;
  readonly registry: RegistryReads;
  readonly show: ShowPage;
  readonly context: () => PageContext;
}): Hono {
  const app = new Hono();
  app.get('/flakes', async (c) => {
    const none = 'No flake has a release yet.';
    const flakes = await registry.flakes();
    return show(c, '/releases', 'Flakes', <FlakesPage {...{ title: 'Flakes', none, flakes, context: context() }} />);
  });
  app.get('/orgs', async (c) =>
    show(c, '/releases', 'Organisations', <OrganisationsPage flakes={await registry.flakes()} />),
  );
  app.get('/org/:organisation', async (c) => {
    const flakes = flakesOf(await registry.flakes(), pathSegments(c.req.url)?.[1] ?? '');
    const title = flakes[0]?.newest.organisation;
    return title === undefined
      ? c.notFound()
      : show(c, '/releases', title, <FlakesPage {...{ title, none: '', flakes, context: context() }} />);
  });
  app.get('/label/:label', async (c) => {
    const title = `Flakes labelled ${(pathSegments(c.req.url)?.[1] ?? '').slice(0, 50)}`;
    const none = 'No flake here has labels.';
    return show(c, '/releases', title, <FlakesPage {...{ title, none, flakes: [], context: context() }} />);
  });
  app.get('/flake/:organisation/:flake/:version?', async (c) => {
    const [, organisation = '', flake = '', version] = pathSegments(c.req.url) ?? [];
    const releases = newestFirst(await registry.releasesOf(organisation, flake));
    const [first] = releases;
    if (first === undefined) return c.notFound();
    const name = `${first.organisation}/${first.flake}`;
    const given = { releases, context: context() };
    if (version === undefined) return show(c, '/releases', name, <FlakePage {...given} />);
    if (version === 'releases') return show(c, '/releases', `${name}: releases`, <FlakeReleasesPage {...given} />);
    const named = releases.find((one) => [one.version, simplifiedVersion(one.version)].includes(version));
    const page = named === undefined ? null : await reads.release(named.uuid);
    return page === null
      ? c.notFound()
      : show(c, '/releases', `${name} ${version}`, <ReleasePage page={page} context={context()} />);
  });
  return app;
}
