import type { EpochMs } from '../../../foundation/clock.ts';
import type { PullRequest } from '../detectors/detector.ts';

/** The service that a package set, or the project behind a source, is developed on. */
export interface Forge {
  /** The request that brought a commit in; null for a commit outside any. Throws where the forge does not answer. */
  readonly requestOf: (commitId: string) => Promise<PullRequest | null>;
  /** Of a repository on the same forge, by its web address; null for one elsewhere, or one that is not there. */
  readonly projectOf: (repository: string) => Promise<ProjectFacts | null>;
}

export interface ProjectFacts {
  /** `owner/name`, as the forge calls it now. */
  readonly fullName: string;
  readonly archived: boolean;
  /** When the newest releases were made, newest first. */
  readonly releases: readonly EpochMs[];
}

export interface ForgeSettings {
  readonly kind: 'github' | 'forgejo';
  /** Of the API: `https://api.github.com`, `https://codeberg.org`. */
  readonly url: string;
  /** `owner/name` of the package set. */
  readonly repository: string;
  /** Accounts that merge on the word of others. */
  readonly robots: readonly string[];
  /** What somebody writes for a robot to merge; matched anywhere in a comment. */
  readonly command: string;
  readonly token: () => Promise<string | null>;
}
