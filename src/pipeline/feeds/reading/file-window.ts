import { readSync } from 'node:fs';
import { AppError } from '../../../foundation/errors.ts';
import { feedErrors } from './errors.ts';

/** Bytes at a position; valid until the next call. */
export type FileWindow = (position: number, size: number) => Buffer;

const windowBytes = 1024 * 1024;

/** Many small neighbouring reads from one large one: a system call each is most of what an archive of small members costs. */
export function createWindow(descriptor: number): FileWindow {
  const held = Buffer.allocUnsafeSlow(windowBytes);
  let from = 0;
  let length = 0;
  return (position, size) => {
    if (size > windowBytes) return exactly(descriptor, position, size);
    if (position < from || position + size > from + length) {
      length = readSync(descriptor, held, 0, windowBytes, position);
      from = position;
      if (length < size) throw cutOff();
    }
    return held.subarray(position - from, position - from + size);
  };
}

function exactly(descriptor: number, position: number, size: number): Buffer {
  const buffer = Buffer.allocUnsafe(size);
  if (readSync(descriptor, buffer, 0, size, position) !== size) throw cutOff();
  return buffer;
}

function cutOff(): AppError {
  return new AppError(feedErrors.unreadable, 'the archive cannot be read: it ends in the middle', {
    hint: 'The download may have been cut off; the next sync tries again.',
  });
}
