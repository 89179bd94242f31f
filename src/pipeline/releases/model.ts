/** An immutable published version of a channel's flake. */
export interface Release {
  readonly uuid: string;
  readonly organisation: string;
  readonly flake: string;
  readonly channel: string;
  /** `0.1.N+rev-<40 hex>`; N is the number of commits. */
  readonly version: string;
  readonly commitId: string;
  readonly treeId: string;
  readonly commitCount: number;
  /** Unix seconds: every entry's mtime in the tarball. */
  readonly lastModified: number;
  /** SRI form, `sha256-…=`. */
  readonly narHash: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly publishedAt: number;
  readonly yankedAt: number | null;
  /** Why it was yanked; present with `yankedAt`. */
  readonly yankedReason?: string;
  readonly fixes: readonly ReleaseFix[];
}

/** A finding that this release fixes and the one before did not. */
export interface ReleaseFix {
  readonly advisoryId: string;
  readonly attr: string;
  readonly fromVersion: string;
  readonly toVersion: string;
  readonly band: string;
}

/** A flake that can be locked: at least one of its releases is not withdrawn. */
export interface PublishedFlake {
  /** The newest that is not withdrawn. */
  readonly newest: Release;
  /** How many are not withdrawn. */
  readonly releases: number;
}
