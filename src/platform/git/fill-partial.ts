import { AppError } from '../../foundation/errors.ts';
import { callGit, gitErrors, lastWords } from './git-process.ts';

/**
 * In a repository fetched without contents, gets those of one tree in one request. Without this git asks the server for
 * every file by itself: 45,000 round trips for Nixpkgs. Does nothing in a complete repository.
 */
export async function fillTree(directory: string, reference: string): Promise<number> {
  const remote = await promisorRemote(directory);
  if (remote === null) return 0;
  const listed = await callGit(directory, {
    args: [
      'rev-list',
      '--objects',
      '--missing=print',
      '--no-object-names',
      '--no-walk',
      reference.includes(':') ? reference : `${reference}^{tree}`,
    ],
    maxBytes: 1024 * 1024 * 1024,
  });
  if (listed.code !== 0) return 0;
  const missing = listed.stdout
    .toString('utf8')
    .split('\n')
    .flatMap((line) => (line.startsWith('?') ? [line.slice(1)] : []));
  if (missing.length === 0) return 0;
  const fetched = await callGit(directory, {
    args: [
      '-c',
      'fetch.negotiationAlgorithm=noop',
      'fetch',
      '--no-tags',
      '--no-write-fetch-head',
      '--recurse-submodules=no',
      '--filter=blob:none',
      '--stdin',
      remote,
    ],
    input: `${missing.join('\n')}\n`,
  });
  if (fetched.code !== 0)
    throw new AppError(
      gitErrors.fetchFailed,
      `${missing.length} files that were left out of the fetch could not be fetched now: ${lastWords(fetched.stderr)}`,
      { hint: 'Check the network; or fetch the upstream completely by setting partial to false.' },
    );
  return missing.length;
}

async function promisorRemote(directory: string): Promise<string | null> {
  const found = await callGit(directory, { args: ['config', '--get-regexp', '^remote\\..*\\.promisor$', '^true$'] });
  const key = found.stdout.toString('utf8').split('\n')[0]?.split(' ')[0];
  return key === undefined || key === '' ? null : key.slice('remote.'.length, -'.promisor'.length);
}
