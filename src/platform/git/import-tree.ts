import { Readable } from 'node:stream';
import { personLine, quoted } from './fast-import.ts';
import { callGit, mustGit } from './git-process.ts';
import type { CommitText, TreeFile } from './index.ts';
import { assertSafePath } from './tree-paths.ts';

let imports = 0;

/** A first commit of files as they come, one held at a time. No ref moves. What `files` throws is thrown. */
export async function importTree(
  directory: string,
  options: { readonly files: AsyncIterable<TreeFile>; readonly text: CommitText },
): Promise<string> {
  const ref = `refs/snowguard/importing-${process.pid}-${imports++}`;
  let failure: unknown = null;
  async function* commands(): AsyncGenerator<Uint8Array> {
    const person = personLine(options.text);
    yield Buffer.from(`commit ${ref}\nmark :1\nauthor ${person}\ncommitter ${person}\n`);
    yield* data(Buffer.from(options.text.message));
    try {
      for await (const { path, mode, content } of options.files) {
        assertSafePath(path);
        yield Buffer.from(`M ${mode} inline ${quoted(path)}\n`);
        yield* data(content);
      }
    } catch (error) {
      // Git is let come to an end: a stream cut off would leave a report of its crash behind.
      failure = error;
    }
    yield Buffer.from('\nget-mark :1\n');
  }
  try {
    const output = await mustGit(directory, {
      args: ['fast-import', '--quiet', '--cat-blob-fd=1', '--date-format=raw'],
      input: Readable.from(commands()),
    });
    if (failure !== null) throw failure;
    return output.toString('utf8').trim();
  } finally {
    await callGit(directory, { args: ['update-ref', '-d', ref] });
  }
}

function* data(content: Uint8Array): Generator<Uint8Array> {
  yield Buffer.from(`data ${content.length}\n`);
  yield content;
  yield Buffer.from('\n');
}
