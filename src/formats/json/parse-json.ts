import { AppError } from '../../foundation/errors.ts';
import { jsonErrors } from './shape.ts';

/** JSON text as a value; nesting deeper than `maxDepth` is refused before anything is built. NUL characters are left out: no database keeps them. */
export function parseJson(text: string, maxDepth = 64): unknown {
  if (isDeeper(text, maxDepth)) throw new AppError(jsonErrors.tooDeep, `nested deeper than ${maxDepth}`);
  try {
    return JSON.parse(text.includes('\\u0000') ? text.replaceAll(/\\(u0000|.)/g, withoutNul) : text);
  } catch (error) {
    throw new AppError(jsonErrors.malformed, 'not valid JSON', { cause: error });
  }
}

function withoutNul(sequence: string): string {
  return sequence === '\\u0000' ? '' : sequence;
}

function isDeeper(text: string, maxDepth: number): boolean {
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === 0x22) {
      index = endOfString(text, index);
      if (index < 0) return false;
    } else if (code === 0x7b || code === 0x5b) {
      if (++depth > maxDepth) return true;
    } else if (code === 0x7d || code === 0x5d) depth--;
  }
  return false;
}

/** Position of the quote that closes the string opened at `from`, or -1. */
function endOfString(text: string, from: number): number {
  for (let end = text.indexOf('"', from + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let slashes = 0;
    while (text.charCodeAt(end - 1 - slashes) === 0x5c) slashes++;
    if (slashes % 2 === 0) return end;
  }
  return -1;
}
