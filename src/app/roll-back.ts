import { type Person, refusalOf } from '../accounts/index.ts';
import { moveChannel, proposeStep, type Review, rollBackCommit } from '../pipeline/changes/index.ts';
import type { Release } from '../pipeline/releases/index.ts';
import type { KeptChannel } from '../worker/index.ts';
import type { Workspace } from './open-workspace.ts';

export type RollBackOutcome =
  /** It waits like every other step, for two people who see what it brings back. */
  | { readonly kind: 'proposed'; readonly review: Review }
  /** Reviews are only observed: the channel has the older tree, and its next release is that. */
  | { readonly kind: 'moved'; readonly commitId: string }
  | {
      readonly kind: 'refused';
      readonly why: 'no_release' | 'withdrawn' | 'same_tree' | 'gone' | 'role_missing' | 'reason_missing';
    };

/** Brings a channel back to the tree of a release. What comes of it is a new release with a higher number. */
export async function rollBack(
  workspace: Workspace,
  given: {
    readonly channel: KeptChannel;
    readonly version: string;
    readonly reason: string;
    /** Null while nobody is known: whoever runs the house. */
    readonly by: Person | null;
    /** Only says what would be; nothing is proposed. */
    readonly dryRun: boolean;
  },
): Promise<RollBackOutcome | { readonly kind: 'would'; readonly release: Release; readonly commitId: string }> {
  const { channel, version, reason, by, dryRun } = given;
  const { git, releases, organisation, changes, clock, reviews, series, reviewMode } = workspace.context;
  const refused = (why: Extract<RollBackOutcome, { kind: 'refused' }>['why']) => ({ kind: 'refused', why }) as const;
  if (by !== null && refusalOf(by, 'release_manager') !== null) return refused('role_missing');
  if (reason.trim() === '') return refused('reason_missing');
  const release = await releases.releaseByVersion(organisation, channel.flake, version);
  if (release === null || release.channel !== channel.id) return refused('no_release');
  if (release.yankedAt !== null) return refused('withdrawn');
  const { commitId: to } = release;
  const head = await git.resolve(channel.branch);
  if (head === null || to === null || (await git.resolve(to)) === null) return refused('gone');
  if ((await git.commit(to)).treeId === (await git.commit(head)).treeId) return refused('same_tree');
  const commitId = await rollBackCommit({ git, channel, head, to, version: release.version, reason });
  if (dryRun) return { kind: 'would', release, commitId };
  const step = { git, changes, channel, clock };
  const actor = by?.name ?? 'operator';
  if (reviewMode === 'observe') {
    await moveChannel({ ...step, actor }, { target: commitId, how: 'rollback' });
    return { kind: 'moved', commitId };
  }
  const outcome = await proposeStep({ ...step, reviews, series, target: commitId, how: 'rollback', author: actor });
  return outcome.kind === 'proposed' ? outcome : refused('same_tree');
}
