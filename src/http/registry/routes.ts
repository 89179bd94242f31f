import { type Context, Hono } from 'hono';
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
import { immutableLink, pinnedUrl, releaseEtag } from './link.ts';
import { releaseJson } from './release-json.ts';
import { newestFirst } from './resolve-range.ts';
import { misencoded, pathSegments } from './segments.ts';
import { versionRoutes } from './version-routes.ts';

export interface RegistryOptions {
  readonly registry: RegistryReads;
  readonly blobs: BlobStore;
  readonly publicUrl: string;
  /** The URL the client asked for as it wrote it, behind a proxy too. */
  readonly requestUrl: (c: Context) => string;
}

/** The addresses that a flake's inputs and lock name, and those that the `fh` client asks. */
export function registryRoutes({ registry, blobs, publicUrl, requestUrl }: RegistryOptions): Hono {
  const app = new Hono();
  app.route('/', directoryRoutes(registry));
  app.route('/', versionRoutes({ registry, publicUrl }));

  app.get('/f/*', async (c) => {
    const segments = pathSegments(c.req.url);
    if (segments === null) return problemText(c, misencoded);
    const [, organisation = '', flake = '', range = ''] = segments;
    if (organisation.toLowerCase() === 'pinned') return pinned(c, segments);
    if (segments.length === 3)
      return wantsPage(c) ? toPage(c, paths.flake(organisation, flake)) : newest(c, organisation, flake);
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
    const found = await findRelease(registry, { organisation, flake, range: range.replace(/\.tar\.gz$/, '') });
    if (found.kind === 'problem') return problemText(c, found.problem);
    const etag = releaseEtag(found.release);
    const shared = { 'Cache-Control': 'no-cache', Vary: 'Authorization' };
    if (noneMatches(c.req.header('If-None-Match'), etag)) return c.body(null, 304, { ...shared, ETag: etag });
    return c.body(null, 307, {
      ...shared,
      Location: pinnedUrl(publicUrl, found.release),
      Link: immutableLink(publicUrl, found.release),
      'Content-Length': '0',
    });
  }

  async function pinned(c: Context, segments: readonly string[]): Promise<Response> {
    const uuid = segments[5]?.toLowerCase() ?? '';
    const isPinned =
      segments.length === 7 &&
      segments[6] === 'source.tar.gz' &&
      /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(uuid);
    const release = isPinned ? await registry.releaseByUuid(uuid) : null;
    if (release === null)
      return problemText(
        c,
        problems.notFound('there is no such pinned release here: check the host, or run nix flake update'),
      );
    return answerTarball(c, {
      release,
      key: registry.tarballKey(release),
      blobs,
      publicUrl,
      requestUrl: requestUrl(c),
    });
  }

  async function newest(c: Context, organisation: string, flake: string): Promise<Response> {
    const found = await findRelease(registry, { organisation, flake, range: '*' });
    if (found.kind === 'problem') return problemText(c, found.problem);
    const { release } = found;
    return answerJson(c, releaseJson({ publicUrl, release, source: registry.sourceOf(release) }));
  }

  async function releases(c: Context, organisation: string, flake: string): Promise<Response> {
    const all = newestFirst(await registry.releasesOf(organisation, flake));
    return answerJson(
      c,
      all.map((release, index) => ({
        ...releaseJson({ publicUrl, release, source: registry.sourceOf(release) }),
        index: index + 1,
        total: all.length,
      })),
    );
  }

  async function badge(c: Context, organisation: string, flake: string): Promise<Response> {
    const [first, ...others] = await registry.releasesOf(organisation, flake);
    return first === undefined
      ? problemText(c, noSuchFlake(organisation, flake))
      : answerJson(c, badgeJson([first, ...others]));
  }

  return app;
}

function toPage(c: Context, path: string): Response {
  c.header('Vary', 'Accept');
  return c.redirect(path, 303);
}
