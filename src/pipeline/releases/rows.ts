import type { Selectable } from 'kysely';
import { simplifiedVersion } from '../../formats/nix/flake-version.ts';
import type { FlakeWords, Release, ReleaseFix, ReleaseNote } from './model.ts';
import type { ReleasesTables } from './tables.ts';

export function keyOf(name: string): string {
  return name.toLowerCase();
}

export function releaseOfRow(row: Selectable<ReleasesTables['release']>, fixes: readonly ReleaseFix[]): Release {
  return {
    uuid: row.uuid,
    organisation: row.organisation,
    flake: row.flake,
    channel: row.channel,
    version: row.version,
    commitId: row.commit_id,
    treeId: row.tree_id,
    commitCount: row.commit_count,
    lastModified: row.last_modified,
    narHash: row.nar_hash,
    sizeBytes: row.size_bytes,
    sha256: row.sha256,
    publishedAt: row.published_at,
    yankedAt: row.yanked_at,
    ...(row.yanked_reason === null ? {} : { yankedReason: row.yanked_reason }),
    fixes,
  };
}

export function rowOfRelease(release: Release): ReleasesTables['release'] {
  return {
    uuid: release.uuid,
    organisation: release.organisation,
    flake: release.flake,
    organisation_key: keyOf(release.organisation),
    flake_key: keyOf(release.flake),
    channel: release.channel,
    version: release.version,
    version_key: simplifiedVersion(release.version),
    commit_id: release.commitId,
    tree_id: release.treeId,
    commit_count: release.commitCount,
    last_modified: release.lastModified,
    nar_hash: release.narHash,
    size_bytes: release.sizeBytes,
    sha256: release.sha256,
    published_at: release.publishedAt,
    yanked_at: release.yankedAt,
    yanked_reason: release.yankedReason ?? null,
  };
}

export function fixOfRow(row: ReleasesTables['release_fix']): ReleaseFix {
  return {
    advisoryId: row.advisory_id,
    attr: row.attr,
    fromVersion: row.from_version,
    toVersion: row.to_version,
    band: row.band,
  };
}

export function fixRows(release: Release): readonly ReleasesTables['release_fix'][] {
  return release.fixes.map((fix, position) => ({
    release_uuid: release.uuid,
    position,
    advisory_id: fix.advisoryId,
    attr: fix.attr,
    from_version: fix.fromVersion,
    to_version: fix.toVersion,
    band: fix.band,
  }));
}

export function wordsOfRow(
  row: ReleasesTables['registry_flake'],
): FlakeWords & { readonly organisation: string; readonly flake: string } {
  return {
    organisation: row.organisation,
    flake: row.flake,
    visibility: visibilityOf(row.visibility),
    description: row.description,
    labels: JSON.parse(row.labels) as readonly string[],
  };
}

/** What nobody wrote is kept from everybody. */
function visibilityOf(text: string): FlakeWords['visibility'] {
  return text === 'public' || text === 'unlisted' ? text : 'private';
}

export function noteOfRow(row: Omit<ReleasesTables['release_note'], 'readme' | 'outputs'>): ReleaseNote {
  return {
    description: row.description,
    repository: row.repository,
    subdirectory: row.subdirectory,
    spdxIdentifier: row.spdx_identifier,
    mirrored: row.mirrored === 1,
  };
}
