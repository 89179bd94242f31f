import { mustGit } from './git-process.ts';
import type { CommitText, FileEdit } from './index.ts';
import { assertSafePaths } from './tree-paths.ts';

/** The commands of `git fast-import` that make one commit. The first parent is what the edits are made on. */
export function commitCommands(options: {
  readonly ref: string;
  readonly mark: number;
  /** Ids, or marks as `:1`. */
  readonly parents: readonly string[];
  readonly edits: readonly FileEdit[];
  readonly text: CommitText;
}): readonly Uint8Array[] {
  assertSafePaths(options.edits.map((edit) => edit.path));
  const person = personLine(options.text);
  const parts: Uint8Array[] = [];
  const say = (text: string) => parts.push(Buffer.from(text));
  const data = (content: Uint8Array) => parts.push(Buffer.from(`data ${content.length}\n`), content, Buffer.from('\n'));
  say(`commit ${options.ref}\nmark :${options.mark}\nauthor ${person}\ncommitter ${person}\n`);
  data(Buffer.from(options.text.message));
  for (const [index, parent] of options.parents.entries()) say(`${index === 0 ? 'from' : 'merge'} ${parent}\n`);
  for (const edit of options.edits) {
    if (edit.kind === 'remove') say(`D ${quoted(edit.path)}\n`);
    else {
      say(`M ${edit.mode ?? '100644'} inline ${quoted(edit.path)}\n`);
      data(typeof edit.content === 'string' ? Buffer.from(edit.content) : edit.content);
    }
  }
  say('\n');
  return parts;
}

/** Runs the commands; gives back what they print. */
export async function fastImport(directory: string, commands: readonly Uint8Array[]): Promise<string> {
  const output = await mustGit(directory, {
    args: ['fast-import', '--quiet', '--cat-blob-fd=1', '--date-format=raw'],
    input: Buffer.concat(commands),
  });
  return output.toString('utf8');
}

export function personLine(text: CommitText): string {
  const clean = (value: string) => value.replaceAll(/[<>\n\0]/g, ' ').trim();
  return `${clean(text.authorName)} <${clean(text.authorEmail)}> ${Math.floor(text.at / 1000)} +0000`;
}

export function quoted(path: string): string {
  return `"${path.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}
