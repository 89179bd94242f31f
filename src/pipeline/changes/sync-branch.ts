import { parseProgress } from '../../platform/git/index.ts';
import { type Progress, silentProgress } from '../../platform/log/index.ts';
import { type MoveContext, type MoveOutcome, moveChannel, recordFound } from './move-channel.ts';
import { carriedPatches } from './series/adopt-patches.ts';
import { composeStep, reconcileSeries } from './series/compose-step.ts';
import type { SeriesStore } from './series/store.ts';

export interface Upstream {
  readonly url: string;
  readonly branch: string;
  /** Leave file contents at the server until they are needed. */
  readonly partial: boolean;
}

export interface FetchOptions extends Pick<MoveContext, 'git' | 'channel'> {
  readonly upstream: Upstream;
  readonly progress?: Progress;
  readonly signal?: AbortSignal;
}

/** Brings a commit of upstream, with our series on it, into the channel. Safe to run again at any point. */
export async function followUpstream(
  options: MoveContext & { readonly series: SeriesStore; readonly upstream: string },
): Promise<MoveOutcome> {
  const { git, channel, series, clock, upstream } = options;
  await recordFound(options);
  const base = await git.resolve(channel.branch);
  if (base !== null && (await git.isAncestor(upstream, base))) return { kind: 'unchanged', commitId: base };
  const carried = await carriedPatches({ ...options, upstream });
  const composed = await composeStep({ git, channel, base, upstream, series: carried });
  if (composed.kind === 'conflict') {
    const { patch, onto, paths } = composed;
    const conflict = { channel: channel.id, patchId: patch.id, onto, upstream, paths, at: clock.now() };
    await series.setConflict(channel.id, conflict);
    return { kind: 'conflict', ours: patch.commitId, theirs: upstream, paths };
  }
  const moved = await moveChannel(options, { target: composed.candidate, how: 'upstream' });
  await reconcileSeries({ git, series, channel, upstream, base, at: clock.now() });
  return moved;
}

/** Fetches a channel's upstream branch; its newest commit. */
export async function fetchUpstream(options: FetchOptions): Promise<string> {
  const { git, channel, upstream } = options;
  const progress = options.progress ?? silentProgress;
  progress.step(`Fetching ${upstream.branch} for the channel ${channel.id}`);
  return git.fetch({
    url: upstream.url,
    branch: upstream.branch,
    into: `refs/upstream/${channel.id}`,
    partial: upstream.partial,
    onProgress: (line) => {
      const counted = parseProgress(line);
      if (counted !== null) progress.advance(counted.done, counted.total, counted.what.toLowerCase());
    },
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
}

/** Brings a fix, a commit in the workspace's repository, into the channel. */
export async function applyFix(options: MoveContext & { readonly commitId: string }): Promise<MoveOutcome> {
  return moveChannel(options, { target: options.commitId, how: 'fix' });
}
