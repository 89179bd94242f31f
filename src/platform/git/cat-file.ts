import { Readable } from 'node:stream';
import { AppError } from '../../foundation/errors.ts';
import { gitErrors, gitFailure, startGit } from './git-process.ts';

const newline = 0x0a;

/**
 * Objects through one `git cat-file --batch`, in the order asked for. A name that names nothing gives `content: null`.
 * Output format: `<id> <type> <size>\n<bytes>\n`, or `<name> missing\n`.
 */
export async function* readObjects(options: {
  readonly directory: string;
  readonly names: Iterable<string>;
  readonly maxObjectBytes: number;
}): AsyncGenerator<{ readonly objectId: string; readonly type: string; readonly content: Buffer | null }> {
  const run = startGit(options.directory, {
    args: ['cat-file', '--batch', '--buffer'],
    input: Readable.from(inLargePieces(options.names), { objectMode: false }),
  });
  const reader = bytesOf(run.stdout as AsyncIterable<Buffer>);
  try {
    for (;;) {
      const line = await reader.line();
      if (line === null) break;
      const [objectId = '', type = '', sizeText] = line.split(' ');
      if (sizeText === undefined || type === 'missing' || type === 'ambiguous') {
        yield { objectId: line.replace(/ (missing|ambiguous)$/, ''), type: 'missing', content: null };
        continue;
      }
      const size = Number(sizeText);
      if (!(size <= options.maxObjectBytes))
        throw new AppError(gitErrors.tooLarge, `the object ${objectId} has ${sizeText} bytes`, {
          hint: `Files of at most ${options.maxObjectBytes} bytes can be read; remove this one from the tree.`,
        });
      const content = await reader.take(size);
      await reader.take(1);
      yield { objectId, type, content };
    }
    const { code, stderr } = await run.done;
    if (code !== 0) throw gitFailure('cat-file', code, stderr);
  } finally {
    run.kill();
  }
}

/** One write a few thousand names instead of one a name. */
function* inLargePieces(names: Iterable<string>): Generator<string> {
  let piece: string[] = [];
  for (const name of names) {
    piece.push(name);
    if (piece.length < 4096) continue;
    yield `${piece.join('\n')}\n`;
    piece = [];
  }
  if (piece.length > 0) yield `${piece.join('\n')}\n`;
}

function bytesOf(source: AsyncIterable<Buffer>) {
  const chunks = source[Symbol.asyncIterator]();
  let rest: Buffer = Buffer.alloc(0);

  async function more(): Promise<boolean> {
    const next = await chunks.next();
    if (next.done === true) return false;
    rest = rest.length === 0 ? next.value : Buffer.concat([rest, next.value]);
    return true;
  }

  return {
    line: async (): Promise<string | null> => {
      for (;;) {
        const end = rest.indexOf(newline);
        if (end >= 0) {
          const text = rest.toString('utf8', 0, end);
          rest = rest.subarray(end + 1);
          return text;
        }
        if (rest.length > 100_000) throw new AppError(gitErrors.failed, 'git cat-file wrote an endless line');
        if (!(await more())) return null;
      }
    },
    take: async (size: number): Promise<Buffer> => {
      if (rest.length >= size) {
        const content = rest.subarray(0, size);
        rest = rest.subarray(size);
        return content;
      }
      // Joined once at the end: a large file arrives in many pieces.
      const parts = [rest];
      let have = rest.length;
      while (have < size) {
        const next = await chunks.next();
        if (next.done === true) throw new AppError(gitErrors.failed, 'git cat-file ended in the middle of an object');
        parts.push(next.value);
        have += next.value.length;
      }
      const all = Buffer.concat(parts);
      rest = all.subarray(size);
      return all.subarray(0, size);
    },
  };
}
