import { createHash } from 'node:crypto';
import { AppError } from '../../foundation/errors.ts';
import { callGit, gitErrors, lastWords, mustGit, withoutSecrets } from './git-process.ts';
import { checkedRefName, checkedUrl } from './names.ts';

export interface FetchBranch {
  readonly directory: string;
  readonly url: string;
  readonly branch: string;
  readonly into: string;
  readonly partial: boolean;
  readonly onProgress?: (line: string) => void;
  readonly signal?: AbortSignal;
}

/**
 * Fetches one branch. With `partial`, file contents stay on the server until they are needed; a server that cannot do that
 * sends everything, and one that breaks on the question is asked again without it.
 */
export async function fetchBranch(options: FetchBranch): Promise<void> {
  const url = checkedUrl(options.url);
  const remote = remoteName(url);
  await mustGit(options.directory, { args: ['config', `remote.${remote}.url`, url] });
  let outcome = await attempt(options, remote, options.partial);
  if (outcome.code !== 0 && options.partial && /filter/i.test(outcome.stderr)) {
    await callGit(options.directory, { args: ['config', '--unset', `remote.${remote}.partialclonefilter`] });
    outcome = await attempt(options, remote, false);
  }
  if (outcome.code === 0) return;
  throw new AppError(
    gitErrors.fetchFailed,
    `the branch ${options.branch} could not be fetched from ${withoutSecrets(url)}: ${lastWords(outcome.stderr)}`,
    {
      hint: /couldn't find remote ref/i.test(outcome.stderr)
        ? 'The server has no such branch: correct the branch in the configuration.'
        : 'Check the address and the network; the next sync tries again.',
    },
  );
}

/** A remote of its own for every address: git remembers there which objects the server may still be asked for. */
export function remoteName(url: string): string {
  return `from-${createHash('sha256').update(url).digest('hex').slice(0, 12)}`;
}

async function attempt(options: FetchBranch, remote: string, partial: boolean) {
  return callGit(options.directory, {
    args: [
      'fetch',
      '--progress',
      '--no-tags',
      '--no-write-fetch-head',
      '--recurse-submodules=no',
      ...(partial ? ['--filter=blob:none'] : []),
      remote,
      `+refs/heads/${checkedRefName(options.branch)}:${checkedRefName(options.into)}`,
    ],
    ...(options.onProgress === undefined ? {} : { onStderr: linesTo(options.onProgress) }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
}

/** Git ends a progress line with CR while it runs and with LF when it is done. */
export function linesTo(onLine: (line: string) => void): (text: string) => void {
  let rest = '';
  return (text) => {
    const lines = (rest + text).split(/[\r\n]/);
    rest = (lines.pop() ?? '').slice(-10_000);
    for (const line of lines) if (line.trim() !== '') onLine(withoutSecrets(line.trimEnd()));
  };
}
