import { type Context, Hono } from 'hono';
import { simplifiedVersion } from '../../formats/nix/flake-version.ts';
import type { BlobStore } from '../../platform/blobs/index.ts';
import { paths } from '../addresses.ts';
import { noneMatches } from '../conditional.ts';
import type { RegistryReads } from '../ports.ts';
import { problems, problemText, wantsPage } from '../problem.ts';
import { answerTarball } from './answer-tarball.ts';
import { immutableLink, pinnedUrl, releaseEtag } from './link.ts';
import { releaseJson } from './release-json.ts';
import { newestFirst, noMatchText, resolveRange } from './resolve-range.ts';
import { pathSegments } from './segments.ts';

export interface RegistryOptions {
  readonly registry: RegistryReads;
  readonly blobs: BlobStore;
  readonly publicUrl: string;
  /** The URL the client asked for as it wrote it, behind a proxy too. */
  readonly requestUrl: (c: Context) => string;
}

/** The addresses a flake's inputs and lock name: `/f/…`. */
export function registryRoutes({ registry, blobs, publicUrl, requestUrl }: RegistryOptions): Hono {
  const app = new Hono();

  app.get('/f/*', async (c) => {
    const segments = pathSegments(c.req.url);
    if (segments === null) return problemText(c, problems.badRequest('this address is not properly percent-encoded'));
    const [, organisation = '', flake = '', range = ''] = segments;
    if (organisation.toLowerCase() === 'pinned') return pinned(c, segments);
    if (segments.length === 3)
      return wantsPage(c) ? c.redirect(paths.flake(organisation, flake), 303) : newest(c, organisation, flake);
    if (segments.length !== 4)
      return problemText(
        c,
        problems.notFound('flakes are at /f/{organisation}/{flake}/{range}, for example /f/acme/secure/0'),
      );
    if (range === 'releases') return releases(c, organisation, flake);
    return resolve(c, organisation, flake, range);
  });

  app.get('/version/resolve/:organisation/:flake/:range', async (c) => {
    const [, , organisation = '', flake = '', range = ''] = pathSegments(c.req.url) ?? [];
    const twice = safeDecode(range);
    const outcome = resolveRange(await registry.releasesOf(organisation, flake), tolerant(twice));
    if (outcome.kind !== 'release') return c.json([]);
    const { version } = outcome.release;
    return c.json([{ version, simplified_version: simplifiedVersion(version) }]);
  });

  app.get('/version/:organisation/:flake/:range', async (c) => {
    const [, organisation = '', flake = '', range = ''] = pathSegments(c.req.url) ?? [];
    const found = await find(organisation, flake, tolerant(range));
    return found.kind === 'release' ? c.json(releaseJson(publicUrl, found.release)) : problemText(c, found.problem);
  });

  async function find(organisation: string, flake: string, range: string) {
    const all = await registry.releasesOf(organisation, flake);
    const first = all[0];
    const name = first === undefined ? `${organisation}/${flake}` : `${first.organisation}/${first.flake}`;
    if (first === undefined)
      return { kind: 'problem', problem: problems.notFound(`there is no flake ${name.slice(0, 120)} here`) } as const;
    const outcome = resolveRange(all, range);
    if (outcome.kind === 'release') return outcome;
    if (outcome.kind === 'none')
      return { kind: 'problem', problem: problems.notFound(noMatchText(name, range, outcome.newest)) } as const;
    return {
      kind: 'problem',
      problem: problems.badRequest(`"${range.slice(0, 60)}" is not a version range: ${outcome.reason}`),
    } as const;
  }

  async function resolve(c: Context, organisation: string, flake: string, range: string): Promise<Response> {
    const found = await find(organisation, flake, range.replace(/\.tar\.gz$/, ''));
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
    const found = await find(organisation, flake, '*');
    return found.kind === 'release' ? c.json(releaseJson(publicUrl, found.release)) : problemText(c, found.problem);
  }

  async function releases(c: Context, organisation: string, flake: string): Promise<Response> {
    const all = newestFirst(await registry.releasesOf(organisation, flake));
    return c.json(
      all.map((release, index) => ({ ...releaseJson(publicUrl, release), index: index + 1, total: all.length })),
    );
  }

  return app;
}

function tolerant(range: string): string {
  return range.replace(/\.tar\.gz$/, '').replace(/^v(?=\d)/, '');
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
