import { type Context, Hono } from 'hono';
import { simplifiedVersion } from '../../formats/nix/flake-version.ts';
import { toIso } from '../../foundation/clock.ts';
import type { RegistryFlake } from '../../pipeline/releases/index.ts';
import type { RegistryReads } from '../ports.ts';
import { answerJson, unlessPage } from './answer-json.ts';
import { flakesLabelled, flakesNamed, flakesOf, organisationsOf } from './directory.ts';
import { pathSegments } from './segments.ts';
import { viewOf } from './view.ts';

/** What there is, as `fh list` and `fh search` ask for it. They want a list also of what nobody knows. */
export function directoryRoutes(registry: Pick<RegistryReads, 'current'>): Hono {
  const app = new Hono();
  const listed = async (c: Context) => (await viewOf(registry, c)).listed();
  app.get(
    '/search',
    unlessPage(async (c) => {
      const text = (c.req.query('q') ?? '').slice(0, 200);
      return answerJson(c, flakesNamed(await listed(c), text).map(flakeJson));
    }),
  );
  app.get(
    '/flakes',
    unlessPage(async (c) => answerJson(c, (await listed(c)).map(flakeJson))),
  );
  app.get(
    '/orgs',
    unlessPage(async (c) =>
      answerJson(
        c,
        organisationsOf(await listed(c)).map((name) => ({ name })),
      ),
    ),
  );
  app.get('/orgs/:organisation/projects', async (c) => {
    const organisation = pathSegments(c.req.url)?.[1] ?? '';
    return answerJson(
      c,
      flakesOf(await listed(c), organisation).map((flake) => ({
        organization_name: flake.organisation,
        name: flake.flake,
      })),
    );
  });
  app.get(
    '/label/:label',
    unlessPage(async (c) => {
      const label = pathSegments(c.req.url)?.[1] ?? '';
      return answerJson(c, flakesLabelled(await listed(c), label).map(flakeJson));
    }),
  );
  return app;
}

function flakeJson({ organisation, flake, description, labels, visibility, newest, live }: RegistryFlake) {
  return {
    org: organisation,
    project: flake,
    description,
    labels,
    visibility,
    version: newest?.version ?? null,
    simplified_version: newest === null ? null : simplifiedVersion(newest.version),
    published_at: newest === null ? null : toIso(newest.publishedAt),
    releases: live,
  };
}
