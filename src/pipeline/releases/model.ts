import type { Visibility } from '../../accounts/index.ts';

/** A flake by its names, which count in any case. */
export interface Place {
  readonly organisation: string;
  readonly flake: string;
}

/** An immutable published version of a flake: of a channel, or uploaded. */
export interface Release {
  readonly uuid: string;
  readonly organisation: string;
  readonly flake: string;
  /** The channel it comes from; empty for an uploaded one. */
  readonly channel: string;
  /** Of a channel `0.MINOR.N+rev-<40 hex>`, where N is the number of commits. */
  readonly version: string;
  readonly commitId: string;
  /** Empty for an uploaded one: there is no repository to look it up in. */
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

/** What is said of a flake as a whole. */
export interface FlakeWords {
  readonly visibility: Visibility;
  readonly description: string | null;
  /** Lower case, by the alphabet. */
  readonly labels: readonly string[];
}

/** What came with an uploaded release, small enough to keep at hand. */
export interface ReleaseNote {
  readonly description: string | null;
  /** `owner/repository` it was made from. */
  readonly repository: string | null;
  /** Where its flake.nix lies; null at the top. */
  readonly subdirectory: string | null;
  readonly spdxIdentifier: string | null;
  readonly mirrored: boolean;
}

/** What came with an uploaded release and is read only when it is shown. */
export interface ReleaseText {
  readonly readme: string | null;
  readonly outputs: Readonly<Record<string, unknown>>;
}
