import { createHash } from 'node:crypto';
import { AppError } from '../../foundation/errors.ts';
import { callGit, gitErrors, gitFailure, lastWords, whenUnlocked, withoutSecrets } from './git-process.ts';
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
  await setUrl(options.directory, remote, url);
  let outcome = await attempt(options, remote, options.partial);
  if (outcome.code !== 0 && options.partial && /filter/i.test(outcome.stderr)) {
    await whenUnlocked(() =>
      callGit(options.directory, { args: ['config', '--unset', `remote.${remote}.partialclonefilter`] }),
    );
    outcome = await attempt(options, remote, false);
  }
  if (outcome.code === 0) return;
  if (/couldn't find remote ref/i.test(outcome.stderr))
    throw new AppError(gitErrors.noBranch, `there is no branch ${options.branch} at ${withoutSecrets(url)}`, {
      hint: 'It was deleted, renamed, or is a tag: correct "branch" in snowguard.toml, or wait until it is back.',
    });
  throw new AppError(
    gitErrors.fetchFailed,
    `the branch ${options.branch} could not be fetched from ${withoutSecrets(url)}: ${lastWords(outcome.stderr)}`,
    { hint: 'Check the address and the network; the next sync tries again.' },
  );
}

/** A remote of its own for every address: git remembers there which objects the server may still be asked for. */
export function remoteName(url: string): string {
  return `from-${createHash('sha256').update(url).digest('hex').slice(0, 12)}`;
}

/** Known already after the first time: a fetch then writes no settings, and waits for nobody who does. */
async function setUrl(directory: string, remote: string, url: string): Promise<void> {
  const name = `remote.${remote}.url`;
  const { stdout } = await callGit(directory, { args: ['config', '--get', name] });
  if (stdout.toString('utf8') === `${url}\n`) return;
  const { code, stderr } = await whenUnlocked(() => callGit(directory, { args: ['config', name, url] }));
  if (code !== 0) throw gitFailure('config', code, stderr);
}

async function attempt(options: FetchBranch, remote: string, partial: boolean) {
  const call = {
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
  };
  return whenUnlocked(() => callGit(options.directory, call));
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
