import { AppError } from '../../../foundation/errors.ts';
import { bundleErrors } from './format.ts';

/** A record with its raw text, both escaped, is smaller. */
const maxLineBytes = 32 * 1024 * 1024;

/** The lines of a text, without their line feeds; the last must have one. */
export async function* boundedLines(bytes: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let parts: Buffer[] = [];
  let size = 0;
  const take = (part: Buffer) => {
    size += part.length;
    if (size > maxLineBytes) throw new AppError(bundleErrors.unreadable, 'the bundle has a line that is too long');
    parts.push(part);
  };
  for await (const chunk of bytes) {
    let from = 0;
    for (let end = chunk.indexOf(0x0a); end >= 0; end = chunk.indexOf(0x0a, from)) {
      take(chunk.subarray(from, end));
      from = end + 1;
      yield Buffer.concat(parts).toString();
      [parts, size] = [[], 0];
    }
    if (from < chunk.length) take(chunk.subarray(from));
  }
  if (size > 0) throw new AppError(bundleErrors.unreadable, 'the bundle ends in the middle of a line');
}
