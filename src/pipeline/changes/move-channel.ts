import type { Clock } from '../../foundation/clock.ts';
import { AppError } from '../../foundation/errors.ts';
import type { GitRepository } from '../../platform/git/index.ts';
import type { Channel } from '../catalog/index.ts';
import type { Change } from './model.ts';
import type { ChangeStore } from './store.ts';

export type MoveOutcome =
  | { readonly kind: 'moved'; readonly change: Change; readonly by: 'fast-forward' | 'merge' }
  /** The channel's branch already reaches that commit. */
  | { readonly kind: 'unchanged'; readonly commitId: string }
  /** Both sides changed these files: a person merges them and pushes the result to the branch. */
  | { readonly kind: 'conflict'; readonly ours: string; readonly theirs: string; readonly paths: readonly string[] };

export interface MoveContext {
  readonly git: GitRepository;
  readonly changes: ChangeStore;
  readonly channel: Channel;
  readonly clock: Clock;
  /** Who it is done for; `robot` for scheduled work. */
  readonly actor: string;
}

const maxCommits = 500;
const maxPaths = 1000;
/** An honest subject has fewer; one of a megabyte is not kept five hundred times. */
const longestWords = 500;

/**
 * Brings a commit into a channel's branch: by moving the branch when the commit builds on it, else by a merge commit. The
 * branch moves first, the record follows; `recordFound` makes up for a record lost in between.
 */
export async function moveChannel(
  context: MoveContext,
  options: {
    readonly target: string;
    readonly how: Change['how'];
    /** Only from there: together with anything else it is another tree. */
    readonly from?: string | null;
  },
): Promise<MoveOutcome> {
  const { git, channel, clock, actor } = context;
  await recordFound(context);
  const ours = await git.resolve(channel.branch);
  if (options.from !== undefined && options.from !== ours) throw movedMeanwhile(channel);
  const target = await commitOf(git, options.target);
  if (ours !== null && (await git.isAncestor(target, ours))) return { kind: 'unchanged', commitId: ours };
  const forward = ours === null || (await git.isAncestor(ours, target));
  let to = target;
  if (!forward) {
    const merged = await git.merge({
      ours,
      theirs: target,
      text: {
        message: `Merge ${target.slice(0, 12)} into ${channel.id}`,
        authorName: 'Snowguard',
        authorEmail: 'snowguard@localhost',
        at: clock.now(),
      },
    });
    if (merged.kind === 'conflict') return { kind: 'conflict', ours, theirs: target, paths: merged.paths };
    to = merged.commitId;
  }
  await git.updateRef(channel.branch, to, ours);
  const change = await record(context, { from: ours, to, how: options.how, actor });
  return { kind: 'moved', change, by: forward ? 'fast-forward' : 'merge' };
}

/** Records a move of the branch that nobody recorded: by a push, or by a process that died in between. Null: none. */
export async function recordFound(context: MoveContext): Promise<Change | null> {
  const { git, changes, channel } = context;
  const now = await git.resolve(channel.branch);
  const last = await changes.latestChange(channel.id);
  if (now === null || last?.to === now) return null;
  return record(context, { from: last?.to ?? null, to: now, how: 'found', actor: 'robot' });
}

async function record(context: MoveContext, move: Pick<Change, 'from' | 'to' | 'how' | 'actor'>): Promise<Change> {
  const { git, changes, channel, clock } = context;
  // A branch that was rewound, or whose old commit is gone, has no range to list.
  const known = move.from !== null && (await git.resolve(move.from)) !== null ? move.from : null;
  const commits = await git.log(move.to, { limit: maxCommits, ...(known === null ? {} : { since: known }) });
  const paths = known === null ? [] : await git.diffPaths(known, move.to);
  const change = await changes.recordMove({
    channel: channel.id,
    ...move,
    at: clock.now(),
    commitCount: commits.length < maxCommits ? commits.length : await git.countCommits(move.to, known),
    commits: commits.map(({ id, subject, authorName, committedAt }) => ({
      id,
      subject: subject.slice(0, longestWords),
      authorName: authorName.slice(0, longestWords),
      committedAt,
    })),
    pathCount: paths.length,
    paths: paths.slice(0, maxPaths).map((changed) => changed.path),
  });
  if (change !== null) return change;
  throw movedMeanwhile(channel);
}

function movedMeanwhile({ id }: Channel): AppError {
  return new AppError({ code: 'changes.moved-meanwhile', retryable: true }, `the channel ${id} moved meanwhile`, {
    hint: 'Run the same step again.',
  });
}

async function commitOf(git: GitRepository, reference: string): Promise<string> {
  const commitId = await git.resolve(reference);
  if (commitId !== null) return commitId;
  throw new AppError({ code: 'changes.no-commit', retryable: false }, `there is no commit ${reference.slice(0, 100)}`, {
    hint: 'Push the commit into the workspace repository first.',
  });
}
