import { simplifiedVersion } from '../../formats/nix/flake-version.ts';
import { ago } from '../../http/web/format-time.ts';
import type { Release } from '../../pipeline/releases/index.ts';
import { columns } from './columns.ts';

export function releaseLines(releases: readonly Release[], now: number): readonly string[] {
  return columns(
    releases.map((release) => [
      `${release.organisation}/${release.flake}`,
      simplifiedVersion(release.version),
      release.commitId.slice(0, 12),
      ago(release.publishedAt, now),
      release.yankedAt === null ? '' : 'withdrawn',
      release.fixes.map((fix) => `${fix.advisoryId} in ${fix.attr}`).join(', '),
    ]),
  );
}
