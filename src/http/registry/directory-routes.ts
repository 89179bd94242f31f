import { Hono } from 'hono';
import { simplifiedVersion } from '../../formats/nix/flake-version.ts';
import { toIso } from '../../foundation/clock.ts';
import type { PublishedFlake } from '../../pipeline/releases/index.ts';
import type { RegistryReads } from '../ports.ts';
import { answerJson, unlessPage } from './answer-json.ts';
import { flakesNamed, flakesOf, organisationsOf } from './directory.ts';
import { pathSegments } from './segments.ts';

/** What there is, as `fh list` and `fh search` ask for it. They want a list also of what nobody knows. */
export function directoryRoutes({ flakes }: Pick<RegistryReads, 'flakes'>): Hono {
  const app = new Hono();
  app.get(
    '/search',
    unlessPage(async (c) => {
      const text = (c.req.query('q') ?? '').slice(0, 200);
      return answerJson(c, flakesNamed(await flakes(), text).map(flakeJson));
    }),
  );
  app.get(
    '/flakes',
    unlessPage(async (c) => answerJson(c, (await flakes()).map(flakeJson))),
  );
  app.get(
    '/orgs',
    unlessPage(async (c) =>
      answerJson(
        c,
        organisationsOf(await flakes()).map((name) => ({ name })),
      ),
    ),
  );
  app.get('/orgs/:organisation/projects', async (c) => {
    const organisation = pathSegments(c.req.url)?.[1] ?? '';
    return answerJson(
      c,
      flakesOf(await flakes(), organisation).map(({ newest }) => ({
        organization_name: newest.organisation,
        name: newest.flake,
      })),
    );
  });
  app.get(
    '/label/:label',
    // No flake has labels.
    unlessPage(async (c) => answerJson(c, [])),
  );
  return app;
}

function flakeJson({ newest, releases }: PublishedFlake) {
  return {
    org: newest.organisation,
    project: newest.flake,
    version: newest.version,
    simplified_version: simplifiedVersion(newest.version),
    published_at: toIso(newest.publishedAt),
    releases,
  };
}
