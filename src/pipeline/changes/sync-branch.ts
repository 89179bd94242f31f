import { parseProgress } from '../../platform/git/index.ts';
import { type Progress, silentProgress } from '../../platform/log/index.ts';
import { type MoveContext, type MoveOutcome, moveChannel } from './move-channel.ts';

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

/** Fetches a channel's upstream branch and brings its commits into the channel. Safe to run again at any point. */
export async function syncBranch(options: MoveContext & FetchOptions): Promise<MoveOutcome> {
  return moveChannel(options, { target: await fetchUpstream(options), how: 'upstream' });
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
