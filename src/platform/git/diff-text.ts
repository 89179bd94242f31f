import { startGit } from './git-process.ts';
import { checkedReference } from './names.ts';

/** A unified diff of some paths between two commits, cut after `maxBytes`. */
export async function readDiffText(
  directory: string,
  from: string,
  to: string,
  options: { readonly paths: readonly string[]; readonly maxBytes: number },
): Promise<{ readonly text: string; readonly cut: boolean }> {
  const run = startGit(directory, {
    args: [
      'diff',
      '--no-color',
      '--no-ext-diff',
      '--no-textconv',
      '--no-renames',
      checkedReference(from),
      checkedReference(to),
      '--',
      ...options.paths,
    ],
  });
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of run.stdout as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > options.maxBytes) {
      run.kill();
      break;
    }
  }
  const all = Buffer.concat(chunks);
  return { text: all.subarray(0, options.maxBytes).toString('utf8'), cut: size > options.maxBytes };
}
