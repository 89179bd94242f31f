import { simplifiedVersion } from '../../formats/nix/flake-version.ts';
import { toIso } from '../../foundation/clock.ts';
import type { PlacedRelease, RegistryFlake, ReleaseText } from '../../pipeline/releases/index.ts';
import { inputUrl } from '../addresses.ts';
import { pinnedUrl } from './link.ts';

interface Given {
  readonly publicUrl: string;
  readonly flake: RegistryFlake;
  readonly placed: PlacedRelease;
  /** `owner/repository` on GitHub that its channel follows. */
  readonly source: string | null;
  /** Absent in lists. */
  readonly text?: ReleaseText | null;
  /** What the client asked for. `fh add` writes it into the flake, so that an exact version stays exact. */
  readonly range?: string;
}

/** A release as the `fh` client and other users of the flake API read it; null where nothing is known. */
export function releaseJson({ publicUrl, flake, placed, source, text, range }: Given) {
  const { release, note } = placed;
  const { organisation, version, publishedAt, yankedAt } = release;
  const simplified = simplifiedVersion(version);
  return {
    org: flake.organisation,
    project: flake.flake,
    version,
    simplified_version: simplified,
    revision: release.commitId,
    commit_count: release.commitCount,
    description: note?.description ?? flake.description,
    readme: text?.readme ?? null,
    labels: flake.labels,
    visibility: flake.visibility,
    mirrored: note?.mirrored ?? false,
    spdx_identifier: note?.spdxIdentifier ?? null,
    source_github_owner_repo_pair: note?.repository ?? source,
    source_subdirectory: note?.subdirectory ?? null,
    download_url: pinnedUrl(publicUrl, release),
    pretty_download_url: `${inputUrl(publicUrl, organisation, release.flake, encodeURIComponent(range ?? simplified))}.tar.gz`,
    created_at: toIso(publishedAt),
    published_at: toIso(publishedAt),
    updated_at: toIso(Math.max(publishedAt, yankedAt ?? 0)),
    yanked_at: yankedAt === null ? null : toIso(yankedAt),
    outputs: text?.outputs ?? null,
  };
}
