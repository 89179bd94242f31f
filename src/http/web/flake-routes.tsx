import { type Context, Hono } from 'hono';
import { isGranted, type Person } from '../../accounts/index.ts';
import { simplifiedVersion } from '../../formats/nix/flake-version.ts';
import type { EpochMs } from '../../foundation/clock.ts';
import type { FlakeWriter, RegistryFlake } from '../../pipeline/releases/index.ts';
import { paths } from '../addresses.ts';
import { csrfField } from '../csrf.tsx';
import type { RegistryReads } from '../ports.ts';
import { actingPersonOf, principalOf } from '../principal.ts';
import { flakesLabelled, flakesOf } from '../registry/directory.ts';
import { pathSegments } from '../registry/segments.ts';
import { viewOf } from '../registry/view.ts';
import type { PageContext, ShowPage } from './context.ts';
import { FlakePage, FlakeReleasesPage } from './pages/flake.tsx';
import { FlakeForms, visibilities } from './pages/flake-forms.tsx';
import { FlakesPage } from './pages/flakes.tsx';
import { OrganisationsPage } from './pages/organisations.tsx';
import { PublishPage } from './pages/publish.tsx';
import { ReleasePage } from './pages/release.tsx';

/** The pages of the registry: who publishes what, and each flake with its versions. */
export function flakeRoutes({
  registry,
  flakes,
  show,
  context,
}: {
  readonly flakes: FlakeWriter;
  readonly registry: RegistryReads;
  readonly show: ShowPage;
  readonly context: () => PageContext;
}): Hono {
  const app = new Hono();
  const listed = async (c: Context) => (await viewOf(registry, c)).listed();
  app.get('/flakes', async (c) => {
    const none = 'No flake has a release yet.';
    const flakes = await listed(c);
    return show(c, '/flakes', 'Flakes', <FlakesPage {...{ title: 'Flakes', none, flakes, context: context() }} />);
  });
  app.get('/new', (c) => show(c, '/flakes', 'Publish a flake', <PublishPage context={context()} />));
  app.get('/orgs', async (c) => show(c, '/flakes', 'Organisations', <OrganisationsPage flakes={await listed(c)} />));
  app.get('/org/:organisation', async (c) => {
    const flakes = flakesOf(await listed(c), pathSegments(c.req.url)?.[1] ?? '');
    const title = flakes[0]?.organisation;
    return title === undefined
      ? c.notFound()
      : show(c, '/flakes', title, <FlakesPage {...{ title, none: '', flakes, context: context() }} />);
  });
  app.get('/label/:label', async (c) => {
    const label = (pathSegments(c.req.url)?.[1] ?? '').slice(0, 50);
    const flakes = flakesLabelled(await listed(c), label);
    const title = `Flakes labelled ${label}`;
    const none = 'No flake here has this label.';
    return show(c, '/flakes', title, <FlakesPage {...{ title, none, flakes, context: context() }} />);
  });
  app.get('/flake/:organisation/:flake/:version?', async (c) => {
    const [, organisation = '', name = '', version] = pathSegments(c.req.url) ?? [];
    const flake = (await viewOf(registry, c)).flake(organisation, name);
    if (flake === null) return c.notFound();
    const title = `${flake.organisation}/${flake.flake}`;
    const given = { flake, context: context() };
    if (version === undefined) return showFlake(c, flake, null);
    if (version === 'releases') return show(c, '/releases', `${title}: releases`, <FlakeReleasesPage {...given} />);
    const named = flake.releases.find(({ release }) =>
      [release.version, simplifiedVersion(release.version)].includes(version),
    );
    const page = named === undefined ? null : await registry.pageOf(named.release.uuid);
    return page === null
      ? c.notFound()
      : show(c, '/releases', `${title} ${version}`, <ReleasePage page={page} context={context()} />);
  });
  const showFlake = async (c: Context, flake: RegistryFlake, refusal: string | null) => {
    const text = flake.newest === null ? null : await registry.textOf(flake.newest.uuid);
    const person = actingPersonOf(c);
    const keeping =
      person === null ? null : (
        <FlakeForms {...{ flake, person, owns: owns(c, flake), refusal, field: csrfField(c) }} />
      );
    const title = `${flake.organisation}/${flake.flake}`;
    return show(c, '/flakes', title, <FlakePage {...{ flake, text, keeping, context: context() }} />);
  };
  app.post('/flake/:organisation/:flake/:act{describe|yank}', async (c) => {
    const [, organisation = '', name = ''] = pathSegments(c.req.url) ?? [];
    const flake = (await viewOf(registry, c)).flake(organisation, name);
    if (flake === null) return c.notFound();
    const by = actingPersonOf(c);
    if (by === null) return c.redirect(paths.signIn(paths.flake(flake.organisation, flake.flake)), 303);
    const given = { flake, form: await c.req.parseBody(), by, owns: owns(c, flake), at: context().now };
    const refusal = c.req.param('act') === 'yank' ? await withdraw(given) : await describe(given);
    return refusal === null
      ? c.redirect(paths.flake(flake.organisation, flake.flake), 303)
      : showFlake(c, flake, refusal);
  });
  return app;

  async function describe({ flake, form, by, owns, at }: Sent): Promise<string | null> {
    const visibility = visibilities.find((known) => known === form.visibility) ?? flake.visibility;
    const labels = textIn(form.labels)
      .split(/[\s,]+/)
      .filter((label) => label !== '');
    const say = { visibility, labels, description: textIn(form.description).trim() || null };
    const place = { organisation: flake.organisation, flake: flake.flake };
    const outcome = await flakes.describe({ ...place, say, by, owns, at });
    return outcome.kind === 'refused' ? outcome.reason : null;
  }

  async function withdraw({ flake, form, by, owns, at }: Sent): Promise<string | null> {
    const found = flake.releases.find(({ release }) => release.uuid === form.release);
    if (found === undefined) return 'Choose one of the releases.';
    const yanked = found.release.yankedAt === null;
    const outcome = await flakes.withdraw({
      uuid: found.release.uuid,
      yanked,
      reason: textIn(form.reason),
      by,
      owns,
      at,
    });
    if (outcome.kind === 'refused') return outcome.reason;
    return outcome.kind === 'no-reason' ? 'Say why: everybody who sees the flake sees it.' : null;
  }
}

interface Sent {
  readonly flake: RegistryFlake;
  readonly form: Readonly<Record<string, unknown>>;
  readonly by: Person;
  readonly owns: boolean;
  readonly at: EpochMs;
}

/** Whether who asks owns the flake, or its organisation. */
function owns(c: Context, flake: RegistryFlake): boolean {
  const principal = principalOf(c);
  return principal?.kind === 'person' && isGranted(principal.grants, flake, 'owner');
}

function textIn(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
