import { simplifiedVersion } from '../../formats/nix/flake-version.ts';
import type { Clock } from '../../foundation/clock.ts';
import { AppError } from '../../foundation/errors.ts';
import { type RandomBytes, uuidV7 } from '../../foundation/ids.ts';
import type { BlobStore } from '../../platform/blobs/index.ts';
import type { CommitInfo, GitRepository } from '../../platform/git/index.ts';
import type { Progress } from '../../platform/log/index.ts';
import { composeTarball } from './compose-tarball.ts';
import type { Place, Release, ReleaseFix } from './model.ts';
import { nameFault } from './name-fault.ts';
import type { ReleaseStore } from './store.ts';

export type PublishOutcome =
  | { readonly kind: 'published'; readonly release: Release }
  /** The commit is published already; `fixes` of the call are ignored, a release never changes. */
  | { readonly kind: 'existing'; readonly release: Release }
  | { readonly kind: 'refused'; readonly reason: string; readonly hint: string };

/** Eleven octal digits of a tar header, in the year 2242: what a lock says and what the archive says has to agree. */
const latestMtime = 8 ** 11 - 1;

/** Where a release's tarball lies in the blob store. */
export function tarballKey(release: Pick<Release, 'uuid'>): string {
  return `releases/${release.uuid}.tar.gz`;
}

/** `0.MINOR.N+rev-<id>`: N counts the commits, so a later commit of a channel is a higher version. */
export function versionOf(minor: number, commitCount: number, commitId: string): string {
  return `0.${minor}.${commitCount}+rev-${commitId}`;
}

/**
 * Publishes a commit: its tarball into the blob store first, then release and event in one transaction. A process that dies
 * in between leaves a tarball that nothing names and that the next try removes; a second call gives the first release.
 */
export async function publishRelease(
  options: Place & {
    readonly git: Pick<GitRepository, 'commit' | 'countCommits' | 'listTree' | 'readBlobs'>;
    readonly blobs: BlobStore;
    readonly store: ReleaseStore;
    readonly channel: string;
    /** 1 of a rolling channel, 2605 of the line 26.05: lines that share a flake are told apart by it. */
    readonly minor: number;
    /** A commit id, or a ref that names it now. */
    readonly commitId: string;
    readonly fixes: readonly ReleaseFix[];
    readonly clock: Clock;
    readonly random: RandomBytes;
    readonly actor: string;
    readonly progress?: Progress;
  },
): Promise<PublishOutcome> {
  const { git, blobs, store, organisation, flake, clock } = options;
  const fault = nameFault(organisation) ?? nameFault(flake);
  if (fault !== null) return { kind: 'refused', ...fault };
  const commit = await git.commit(options.commitId);
  const existing = await store.releaseByCommit({ organisation, flake, channel: options.channel, commitId: commit.id });
  if (existing !== null) return { kind: 'existing', release: existing };
  const commitCount = await git.countCommits(commit.id);
  const version = versionOf(options.minor, commitCount, commit.id);
  const taken = await store.releaseByVersion(organisation, flake, simplifiedVersion(version));
  if (taken !== null) return numberTaken(taken, commit);

  const uuid = uuidV7(clock.now(), options.random);
  const stale = await store.beginAttempt({ uuid, organisation, flake, commitId: commit.id, at: clock.now() });
  for (const old of stale) await blobs.remove(tarballKey({ uuid: old }));
  options.progress?.step(`Packing ${organisation}/${flake} ${version}`);
  const lastModified = Math.min(Math.floor(commit.committedAt / 1000), latestMtime);
  const { stream, facts } = composeTarball({
    git,
    commitId: commit.id,
    lastModified,
    ...(options.progress === undefined ? {} : { progress: options.progress }),
  });
  const stored = await blobs.put(tarballKey({ uuid }), stream);
  const made = await facts;
  if (stored.sizeBytes !== made.sizeBytes || stored.sha256 !== made.sha256)
    throw new AppError(
      { code: 'releases.blob-differs', retryable: true },
      'the blob store kept other bytes than given',
      {
        hint: 'Check the disk or the bucket; the next try writes the tarball again.',
      },
    );
  const outcome = await store.addRelease(
    {
      uuid,
      organisation,
      flake,
      channel: options.channel,
      version,
      commitId: commit.id,
      treeId: commit.treeId,
      commitCount,
      lastModified,
      ...made,
      publishedAt: clock.now(),
      yankedAt: null,
      fixes: options.fixes,
    },
    options.actor,
  );
  if (outcome.kind === 'added') return { kind: 'published', release: outcome.release };
  await blobs.remove(tarballKey({ uuid }));
  switch (outcome.kind) {
    case 'existing':
      return outcome;
    case 'number-taken':
      return numberTaken(outcome.by, commit);
    case 'superseded':
      throw new AppError(
        { code: 'releases.superseded', retryable: true },
        `another publication of ${version} took over`,
        {
          hint: 'Run it again: it then gives the release of the other one.',
        },
      );
  }
}

function numberTaken(by: Release, commit: CommitInfo): PublishOutcome {
  return {
    kind: 'refused',
    reason: `the version ${simplifiedVersion(by.version)} is taken by the commit ${by.commitId.slice(0, 12)}, so ${commit.id.slice(0, 12)} cannot have it`,
    hint: 'Merge both lines: the merge commit has a higher count. Or publish the other channel as a flake of its own.',
  };
}
