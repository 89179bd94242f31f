import { createHash } from 'node:crypto';
import { gitFailure, mustGit, startGit } from './git-process.ts';
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

/**
 * One digest of what differs between two commits, wherever in their files it stands: every byte of it, white space, binary
 * files and what only a merge brought included, which patch ids pass over. Null where nothing differs.
 */
export async function readPatchDigest(directory: string, from: string, to: string): Promise<string | null> {
  const run = startGit(directory, {
    args: [
      'diff',
      '--binary',
      '--full-index',
      '--no-renames',
      '--no-color',
      '--no-ext-diff',
      '--no-textconv',
      checkedReference(from),
      checkedReference(to),
      '--',
    ],
  });
  const digest = createHash('sha256');
  let rest = '';
  let size = 0;
  for await (const chunk of run.stdout as AsyncIterable<Buffer>) {
    size += chunk.length;
    const lines = (rest + chunk.toString('latin1')).split('\n');
    rest = lines.pop() ?? '';
    digest.update(lines.map((line) => `${withoutPlace(line)}\n`).join(''), 'latin1');
  }
  const { code, stderr } = await run.done;
  if (code !== 0) throw gitFailure('diff', code, stderr);
  return size === 0 ? null : digest.update(rest, 'latin1').digest('hex');
}

/** Lines of content begin with a space, plus or minus: these two say where it stands, and what the whole file is. */
function withoutPlace(line: string): string {
  return line.startsWith('@@ ') ? '@@' : /^index [0-9a-f]{40}\.\.[0-9a-f]{40}/.test(line) ? 'index' : line;
}
