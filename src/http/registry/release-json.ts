import { simplifiedVersion } from '../../formats/nix/flake-version.ts';
import { toIso } from '../../foundation/clock.ts';
import type { Release } from '../../pipeline/releases/index.ts';
import { inputUrl } from '../addresses.ts';
import { pinnedUrl } from './link.ts';

interface Given {
  readonly publicUrl: string;
  readonly release: Release;
  /** `owner/repository` on GitHub. */
  readonly source: string | null;
  /** What the client asked for. `fh add` writes it into the flake, so that an exact version stays exact. */
  readonly range?: string;
}

/** A release as the `fh` client and other users of the flake API read it; null where nothing is known. */
export function releaseJson({ publicUrl, release, source, range }: Given) {
  const { organisation, flake, version, publishedAt, yankedAt } = release;
  const simplified = simplifiedVersion(version);
  return {
    org: organisation,
    project: flake,
    version,
    simplified_version: simplified,
    revision: release.commitId,
    commit_count: release.commitCount,
    description: null,
    readme: null,
    labels: [],
    visibility: 'public',
    mirrored: false,
    spdx_identifier: null,
    source_github_owner_repo_pair: source,
    source_subdirectory: null,
    download_url: pinnedUrl(publicUrl, release),
    pretty_download_url: `${inputUrl(publicUrl, organisation, flake, encodeURIComponent(range ?? simplified))}.tar.gz`,
    created_at: toIso(publishedAt),
    published_at: toIso(publishedAt),
    updated_at: toIso(Math.max(publishedAt, yankedAt ?? 0)),
    yanked_at: yankedAt === null ? null : toIso(yankedAt),
    outputs: null,
  };
}
