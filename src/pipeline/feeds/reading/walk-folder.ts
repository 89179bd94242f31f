import { opendir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../../foundation/errors.ts';
import { feedErrors } from './errors.ts';
import { maxFiles } from './limits.ts';

export interface FolderFile {
  /** Relative, with `/`. */
  readonly name: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
}

const maxFolderDepth = 12;

/** The plain files below a folder, sorted; hidden ones (`.git`) and links are left out. */
export async function* walkFolder(root: string): AsyncGenerator<FolderFile> {
  const count = { files: 0 };
  yield* walk(root, '', 0, count);
}

async function* walk(root: string, below: string, depth: number, count: { files: number }): AsyncGenerator<FolderFile> {
  if (depth > maxFolderDepth) return;
  const entries = [];
  for await (const entry of await opendir(join(root, below))) if (!entry.name.startsWith('.')) entries.push(entry);
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const name = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) yield* walk(root, name, depth + 1, count);
    else if (entry.isFile()) {
      if (++count.files > maxFiles)
        throw new AppError(feedErrors.tooLarge, `${root} holds more than ${maxFiles} files`);
      const { size, mtimeMs } = await stat(join(root, name));
      yield { name, sizeBytes: size, modifiedMs: mtimeMs };
    }
  }
}
