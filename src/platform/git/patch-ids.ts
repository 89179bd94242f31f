import { mustGit, startGit } from './git-process.ts';
import { checkedReference } from './names.ts';

/** Patch-id to commit id. Merges have none. */
export async function readPatchIds(
  directory: string,
  options: { readonly reference: string; readonly since: string | null; readonly paths: readonly string[] },
): Promise<ReadonlyMap<string, string>> {
  const { reference, since, paths } = options;
  const log = startGit(directory, {
    args: [
      'log',
      '-p',
      '--no-merges',
      '--no-renames',
      '--no-color',
      '--no-ext-diff',
      '--no-textconv',
      checkedReference(reference),
      ...(since === null ? ['--max-count=1'] : [`^${checkedReference(since)}`]),
      '--',
      ...paths,
    ],
  });
  const output = await mustGit(directory, { args: ['patch-id', '--stable'], input: log.stdout });
  const ids = new Map<string, string>();
  for (const line of output.toString('utf8').split('\n')) {
    const [patchId, commitId] = line.split(' ');
    if (patchId !== undefined && commitId !== undefined) ids.set(patchId, commitId);
  }
  return ids;
}
