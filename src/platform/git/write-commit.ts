import { AppError } from '../../foundation/errors.ts';
import { callGit, gitErrors, gitFailure, mustGit } from './git-process.ts';
import type { CommitText, FileEdit, MergeOutcome } from './index.ts';
import { checkedReference } from './names.ts';
import { assertSafePaths } from './tree-paths.ts';

/** A commit on top of `parent` (null: a first one) with some files changed, through `git fast-import`. No ref moves. */
export async function writeCommit(
  directory: string,
  options: { readonly parent: string | null; readonly edits: readonly FileEdit[]; readonly text: CommitText },
): Promise<string> {
  assertSafePaths(options.edits.map((edit) => edit.path));
  const person = personLine(options.text);
  const parts: Uint8Array[] = [];
  const say = (text: string) => parts.push(Buffer.from(text));
  const data = (content: Uint8Array) => parts.push(Buffer.from(`data ${content.length}\n`), content, Buffer.from('\n'));
  // A ref of its own that is removed again: fast-import always moves one.
  const ref = `refs/snowguard/writing-${process.pid}-${writes++}`;
  say(`commit ${ref}\nmark :1\nauthor ${person}\ncommitter ${person}\n`);
  data(Buffer.from(options.text.message));
  if (options.parent !== null) say(`from ${checkedReference(options.parent)}\n`);
  for (const edit of options.edits) {
    if (edit.kind === 'remove') say(`D ${quoted(edit.path)}\n`);
    else {
      say(`M ${edit.mode ?? '100644'} inline ${quoted(edit.path)}\n`);
      data(typeof edit.content === 'string' ? Buffer.from(edit.content) : edit.content);
    }
  }
  say('\nget-mark :1\n');
  try {
    const output = await mustGit(directory, {
      args: ['fast-import', '--quiet', '--cat-blob-fd=1', '--date-format=raw'],
      input: Buffer.concat(parts),
    });
    return output.toString('utf8').trim();
  } finally {
    await callGit(directory, { args: ['update-ref', '-d', ref] });
  }
}

let writes = 0;

function quoted(path: string): string {
  return `"${path.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}

function personLine(text: CommitText): string {
  const clean = (value: string) => value.replaceAll(/[<>\n\0]/g, ' ').trim();
  return `${clean(text.authorName)} <${clean(text.authorEmail)}> ${Math.floor(text.at / 1000)} +0000`;
}

/** Merges two commits without a working tree (`git merge-tree`, git 2.38 or newer). No ref moves. */
export async function mergeCommits(
  directory: string,
  options: { readonly ours: string; readonly theirs: string; readonly text: CommitText },
): Promise<MergeOutcome> {
  const { ours, theirs, text } = options;
  const merged = await callGit(directory, {
    args: [
      'merge-tree',
      '--write-tree',
      '-z',
      '--name-only',
      '--no-messages',
      checkedReference(ours),
      checkedReference(theirs),
    ],
  });
  const [treeId = '', ...paths] = merged.stdout.toString('utf8').split('\0');
  if (merged.code === 1) return { kind: 'conflict', paths: paths.filter((path) => path !== '').slice(0, 1000) };
  if (merged.code !== 0) throw gitFailure('merge-tree', merged.code, merged.stderr);
  if (!/^[0-9a-f]{40}$/.test(treeId)) throw new AppError(gitErrors.failed, 'git merge-tree named no tree');
  const person = personLine(text);
  const object = `tree ${treeId}\nparent ${ours}\nparent ${theirs}\nauthor ${person}\ncommitter ${person}\n\n${text.message}\n`;
  const output = await mustGit(directory, { args: ['hash-object', '-t', 'commit', '-w', '--stdin'], input: object });
  return { kind: 'merged', commitId: output.toString('utf8').trim() };
}
