import { type Context, Hono } from 'hono';
import type { Accounts } from '../../accounts/index.ts';
import type { Clock } from '../../foundation/clock.ts';
import type { Uploads } from '../../pipeline/releases/index.ts';
import type { BlobStore } from '../../platform/blobs/index.ts';
import { paths } from '../addresses.ts';
import { noneMatches } from '../conditional.ts';
import type { RegistryReads } from '../ports.ts';
import { problems, problemText, wantsPage } from '../problem.ts';
import { answerJson } from './answer-json.ts';
import { answerTarball } from './answer-tarball.ts';
import { badgeJson } from './badge.ts';
import { directoryRoutes } from './directory-routes.ts';
import { findRelease, noSuchFlake } from './find-release.ts';
import { redirectHeaders, releaseEtag, resolverHeaders } from './link.ts';
import { answerOutput } from './output-routes.ts';
import { publishRoutes } from './publish-routes.ts';
import { releaseJson } from './release-json.ts';
import { misencoded, pathSegments, rangeOf } from './segments.ts';
import { versionRoutes } from './version-routes.ts';
import { viewOf } from './view.ts';

export interface RegistryOptions {
  readonly registry: RegistryReads;
  readonly uploads: Uploads;
  readonly closures: Accounts['closures'];
  readonly clock: Clock;
  readonly blobs: BlobStore;
  readonly publicUrl: string;
  /** The URL the client asked for as it wrote it, behind a proxy too. */
  readonly requestUrl: (c: Context) => string;
}

/** The addresses that a flake's inputs and lock name, and those that the `fh` client asks. */
export function registryRoutes({
  registry,
  uploads,
  closures,
  clock,
  blobs,
  publicUrl,
  requestUrl,
}: RegistryOptions): Hono {
  const app = new Hono();
  app.route('/', directoryRoutes(registry));
  app.route('/', versionRoutes({ registry, publicUrl }));
  app.route('/', publishRoutes({ uploads, publicUrl }));

  app.get('/f/*', async (c) => {
    const segments = pathSegments(c.req.url);
    if (segments === null) return problemText(c, misencoded);
    const [, organisation = '', flake = '', range = ''] = segments;
    if (organisation.toLowerCase() === 'pinned') return pinned(c, segments);
    if (segments.length === 3)
      return wantsPage(c) ? toPage(c, paths.flake(organisation, flake)) : newest(c, organisation, flake);
    if (segments.length === 6 && segments[4] === 'output')
      return answerOutput(
        c,
        { registry, closures, clock },
        { organisation, flake, range, attributePath: segments[5] ?? '' },
      );
    if (segments.length !== 4)
      return problemText(
        c,
        problems.notFound('flakes are at /f/{organisation}/{flake}/{range}, for example /f/acme/secure/0'),
      );
    if (range === 'releases')
      return wantsPage(c) ? toPage(c, paths.flakeReleases(organisation, flake)) : releases(c, organisation, flake);
    if (range === 'badge') return badge(c, organisation, flake);
    return resolve(c, organisation, flake, range);
  });

  async function resolve(c: Context, organisation: string, flake: string, range: string): Promise<Response> {
    const found = findRelease(await viewOf(registry, c), { organisation, flake, range: rangeOf(range) });
    if (found.kind === 'problem') return problemText(c, found.problem);
    const { release } = found.placed;
    const { visibility } = found.flake;
    const etag = releaseEtag(release);
    if (noneMatches(c.req.header('If-None-Match'), etag))
      return c.body(null, 304, { ...resolverHeaders(visibility), ETag: etag });
    return c.body(null, 307, redirectHeaders(publicUrl, release, visibility));
  }

  async function pinned(c: Context, segments: readonly string[]): Promise<Response> {
    const uuid = segments[5]?.toLowerCase() ?? '';
    const isPinned = segments.length === 7 && segments[6] === 'source.tar.gz';
    const found = isPinned ? (await viewOf(registry, c)).release(uuid) : null;
    if (found === null)
      return problemText(
        c,
        problems.notFound('there is no such pinned release here: check the host, or run nix flake update'),
      );
    const { release } = found.placed;
    return answerTarball(c, {
      release,
      visibility: found.flake.visibility,
      key: registry.tarballKey(release),
      blobs,
      publicUrl,
      requestUrl: requestUrl(c),
    });
  }

  async function newest(c: Context, organisation: string, flake: string): Promise<Response> {
    const found = findRelease(await viewOf(registry, c), { organisation, flake, range: '*' });
    if (found.kind === 'problem') return problemText(c, found.problem);
    const { release } = found.placed;
    const text = await registry.textOf(release.uuid);
    return answerJson(c, releaseJson({ publicUrl, ...found, text, source: registry.sourceOf(release) }));
  }

  async function releases(c: Context, organisation: string, name: string): Promise<Response> {
    const flake = (await viewOf(registry, c)).flake(organisation, name);
    const all = flake?.releases ?? [];
    return answerJson(
      c,
      flake === null
        ? []
        : all.map((placed, index) => ({
            ...releaseJson({ publicUrl, flake, placed, source: registry.sourceOf(placed.release) }),
            index: index + 1,
            total: all.length,
          })),
    );
  }

  async function badge(c: Context, organisation: string, name: string): Promise<Response> {
    const flake = (await viewOf(registry, c)).flake(organisation, name);
    return flake === null ? problemText(c, noSuchFlake(organisation, name)) : answerJson(c, badgeJson(flake));
  }

  return app;
}

function toPage(c: Context, path: string): Response {
  c.header('Vary', 'Accept');
  return c.redirect(path, 303);
}
