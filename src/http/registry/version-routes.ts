import { Hono } from 'hono';
import { simplifiedVersion } from '../../formats/nix/flake-version.ts';
import { decodedOrNull } from '../../foundation/decoded.ts';
import type { RegistryReads } from '../ports.ts';
import { problemText } from '../problem.ts';
import { answerJson } from './answer-json.ts';
import { findRelease } from './find-release.ts';
import { releaseJson } from './release-json.ts';
import { releasesInRange } from './resolve-range.ts';
import { misencoded, pathSegments } from './segments.ts';
import { viewOf } from './view.ts';

/** What a range leads to, as `fh list versions`, `fh add`, `fh convert` and `fh eject` ask for it. */
export function versionRoutes({
  registry,
  publicUrl,
}: {
  readonly registry: RegistryReads;
  readonly publicUrl: string;
}): Hono {
  const app = new Hono();

  app.get('/version/resolve/:organisation/:flake/:range', async (c) => {
    const [, , organisation = '', flake = '', range = ''] = pathSegments(c.req.url) ?? [];
    const known = (await viewOf(registry, c)).flake(organisation, flake);
    const found = known === null ? [] : releasesInRange(known, tolerant(decodedOrNull(range) ?? range));
    return answerJson(
      c,
      found.map(({ version }) => ({ version, simplified_version: simplifiedVersion(version) })),
    );
  });

  app.get('/version/:organisation/:flake/:range', async (c) => {
    const segments = pathSegments(c.req.url);
    if (segments === null) return problemText(c, misencoded);
    const [, organisation = '', flake = '', asked = ''] = segments;
    const range = tolerant(asked);
    const found = findRelease(await viewOf(registry, c), { organisation, flake, range });
    if (found.kind === 'problem') return problemText(c, found.problem);
    const { release } = found.placed;
    const text = await registry.textOf(release.uuid);
    return answerJson(c, releaseJson({ publicUrl, ...found, text, source: registry.sourceOf(release), range }));
  });

  return app;
}

/** `fh add` takes these away before it asks, the other commands do not. */
function tolerant(range: string): string {
  return range.replace(/\.tar\.gz$/, '').replace(/^v(?=\d)/, '');
}
