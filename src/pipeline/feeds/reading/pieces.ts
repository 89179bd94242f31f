import { jsonElements } from '../../../formats/json/json-elements.ts';
import { AppError, messageOf } from '../../../foundation/errors.ts';
import { feedErrors } from './errors.ts';
import type { FeedFile } from './feed-file.ts';
import { maxRecordBytes } from './limits.ts';

/** The text of one record; `whole` is false when it is too large and only its beginning is here. */
export interface Piece {
  readonly name: string;
  readonly text: string;
  readonly whole: boolean;
}

/** One record a file, or one a line in files named `.jsonl`. */
export async function* documentsOf(
  files: AsyncIterable<FeedFile>,
  accept: (name: string) => boolean = (name) => /\.json(?:l|\.gz|l\.gz)?$/.test(name),
): AsyncGenerator<Piece> {
  for await (const file of files) {
    if (!accept(file.name)) continue;
    if (/\.jsonl(?:\.gz)?$/.test(file.name)) yield* linesOf(file.bytes(), file.name);
    else yield pieceOf(file.name, await file.read());
  }
}

function pieceOf(name: string, content: Buffer | null): Piece {
  return content === null ? { name, text: '', whole: false } : { name, text: content.toString('utf8'), whole: true };
}

/** Lines, the empty ones left out. */
export async function* linesOf(bytes: AsyncIterable<Buffer>, name: string): AsyncGenerator<Piece> {
  let number = 0;
  let parts: Buffer[] = [];
  let size = 0;
  const take = (part: Buffer) => {
    if (size <= maxRecordBytes) parts.push(part);
    size += part.length;
  };
  const flush = (): Piece => {
    const whole = size <= maxRecordBytes;
    const text = Buffer.concat(parts)
      .toString('utf8', 0, whole ? undefined : 2000)
      .trim();
    parts = [];
    size = 0;
    return { name: `${name}:${++number}`, text, whole };
  };
  for await (const chunk of bytes) {
    let from = 0;
    for (let end = chunk.indexOf(0x0a); end >= 0; end = chunk.indexOf(0x0a, from)) {
      take(chunk.subarray(from, end));
      from = end + 1;
      const line = flush();
      if (line.text !== '') yield line;
    }
    take(chunk.subarray(from));
  }
  const last = flush();
  if (last.text !== '') yield last;
}

/** The elements at a place inside one JSON document, and its plain members through `onScalar`. */
export async function* elementsOf(
  bytes: AsyncIterable<Buffer>,
  options: {
    readonly name: string;
    readonly path: readonly string[];
    readonly onScalar?: (key: string, text: string) => void;
  },
): AsyncGenerator<Piece & { readonly keys: readonly string[] }> {
  const { name, path, onScalar } = options;
  let number = 0;
  try {
    for await (const element of jsonElements(bytes, { path, maxElementBytes: maxRecordBytes })) {
      if (element.kind === 'scalar') onScalar?.(element.key, element.text);
      else {
        const keys = element.key === null ? element.path : [...element.path, element.key];
        const piece = { name: `${name}:${element.key ?? ++number}`, keys };
        if (element.kind === 'element') yield { ...piece, text: element.text, whole: true };
        else yield { ...piece, text: element.head, whole: false };
      }
    }
  } catch (error) {
    if (error instanceof AppError && error.code.startsWith('json.'))
      throw new AppError(feedErrors.unreadable, `${name}: ${messageOf(error)}`, {
        cause: error,
        hint: 'The download may have been cut off, or the address leads to something else; the next sync tries again.',
      });
    throw error;
  }
}
