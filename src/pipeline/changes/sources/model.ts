import type { EpochMs } from '../../../foundation/clock.ts';
import type { BlobStore } from '../../../platform/blobs/index.ts';
import type { Fetcher } from '../../../platform/fetcher/index.ts';
import type { GitRepository } from '../../../platform/git/index.ts';
import type { SourceFile } from '../detectors/detector.ts';

/** Where fetched sources are kept and looked at; nothing of them is ever run. */
export interface SourceDesk {
  /** A repository of its own: a commit a source, so that what is equal is kept once and `git diff` shows the rest. */
  readonly git: GitRepository;
  readonly blobs: BlobStore;
  readonly fetcher: Fetcher;
  readonly settings: SourceSettings;
  readonly now: EpochMs;
  readonly signal: AbortSignal;
}

export interface SourceSettings {
  /** Servers that have sources by their digest, `https://host/sha256/<hexadecimal>`. */
  readonly mirrors: readonly string[];
  /** By attribute: the version-control repository of a package, where its homepage and addresses do not tell. */
  readonly repositories: Readonly<Record<string, string>>;
}

/** A source as it lies in the repository of sources. */
export interface KeptSource {
  readonly commitId: string;
  readonly treeId: string;
  /** Of the unpacked folder, as `outputHashMode = "recursive"` has it; SRI. */
  readonly narHash: string;
  readonly files: readonly SourceFile[];
}

/** Why something was not looked at, for a person. */
export interface NotLooked {
  readonly kind: 'not';
  readonly why: string;
}
