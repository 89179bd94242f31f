import { type Context, Hono } from 'hono';
import { simplifiedVersion } from '../../formats/nix/flake-version.ts';
import type { RegistryReads } from '../ports.ts';
import { flakesLabelled, flakesOf } from '../registry/directory.ts';
import { pathSegments } from '../registry/segments.ts';
import { viewOf } from '../registry/view.ts';
import type { PageContext, ShowPage } from './context.ts';
import { FlakePage, FlakeReleasesPage } from './pages/flake.tsx';
import { FlakesPage } from './pages/flakes.tsx';
import { OrganisationsPage } from './pages/organisations.tsx';
import { ReleasePage } from './pages/release.tsx';

/** The pages of the registry: who publishes what, and each flake with its versions. */
export function flakeRoutes({
  registry,
  show,
  context,
}: {
  readonly registry: RegistryReads;
  readonly show: ShowPage;
  readonly context: () => PageContext;
}): Hono {
  const app = new Hono();
  const listed = async (c: Context) => (await viewOf(registry, c)).listed();
  app.get('/flakes', async (c) => {
    const none = 'No flake has a release yet.';
    const flakes = await listed(c);
    return show(c, '/releases', 'Flakes', <FlakesPage {...{ title: 'Flakes', none, flakes, context: context() }} />);
  });
  app.get('/orgs', async (c) => show(c, '/releases', 'Organisations', <OrganisationsPage flakes={await listed(c)} />));
  app.get('/org/:organisation', async (c) => {
    const flakes = flakesOf(await listed(c), pathSegments(c.req.url)?.[1] ?? '');
    const title = flakes[0]?.organisation;
    return title === undefined
      ? c.notFound()
      : show(c, '/releases', title, <FlakesPage {...{ title, none: '', flakes, context: context() }} />);
  });
  app.get('/label/:label', async (c) => {
    const label = (pathSegments(c.req.url)?.[1] ?? '').slice(0, 50);
    const flakes = flakesLabelled(await listed(c), label);
    const title = `Flakes labelled ${label}`;
    const none = 'No flake here has this label.';
    return show(c, '/releases', title, <FlakesPage {...{ title, none, flakes, context: context() }} />);
  });
  app.get('/flake/:organisation/:flake/:version?', async (c) => {
    const [, organisation = '', name = '', version] = pathSegments(c.req.url) ?? [];
    const flake = (await viewOf(registry, c)).flake(organisation, name);
    if (flake === null) return c.notFound();
    const title = `${flake.organisation}/${flake.flake}`;
    const given = { flake, context: context() };
    if (version === undefined) {
      const text = flake.newest === null ? null : await registry.textOf(flake.newest.uuid);
      return show(c, '/releases', title, <FlakePage {...given} text={text} />);
    }
    if (version === 'releases') return show(c, '/releases', `${title}: releases`, <FlakeReleasesPage {...given} />);
    const named = flake.releases.find(({ release }) =>
      [release.version, simplifiedVersion(release.version)].includes(version),
    );
    const page = named === undefined ? null : await registry.pageOf(named.release.uuid);
    return page === null
      ? c.notFound()
      : show(c, '/releases', `${title} ${version}`, <ReleasePage page={page} context={context()} />);
  });
  return app;
}
