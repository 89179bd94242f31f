import { simplifiedVersion } from '../../formats/nix/flake-version.ts';
import { toIso } from '../../foundation/clock.ts';
import type { Release } from '../../pipeline/releases/index.ts';
import { inputUrl } from '../addresses.ts';

/** A release as the `fh` client and other users of the flake API read it. */
export function releaseJson(publicUrl: string, release: Release) {
  const exact = encodeURIComponent(`=${simplifiedVersion(release.version)}`);
  return {
    org: release.organisation,
    project: release.flake,
    version: release.version,
    simplified_version: simplifiedVersion(release.version),
    revision: release.commitId,
    commit_count: release.commitCount,
    visibility: 'public',
    mirrored: false,
    pretty_download_url: inputUrl(publicUrl, release.organisation, release.flake, exact),
    download_url: `${inputUrl(publicUrl, release.organisation, release.flake, exact)}.tar.gz`,
    source_subdirectory: null,
    published_at: toIso(release.publishedAt),
    updated_at: toIso(Math.max(release.publishedAt, release.yankedAt ?? 0)),
    yanked_at: release.yankedAt === null ? null : toIso(release.yankedAt),
  };
}
