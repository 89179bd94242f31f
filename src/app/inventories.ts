import { createReadStream } from 'node:fs';
import { access } from 'node:fs/promises';
import path from 'node:path';
import { createGunzip } from 'node:zlib';
import { inventoryLines } from '../pipeline/catalog/index.ts';

/** The lines of `<folder>/<commit id>.jsonl`, or null when there is no such file. */
export async function inventoryIn(folder: string, commitId: string): Promise<AsyncIterable<string> | null> {
  const file = path.join(folder, `${commitId}.jsonl`);
  const found = await access(file).then(
    () => true,
    () => false,
  );
  return found ? inventoryOfFile(file) : null;
}

/** The lines of an inventory file, gunzipped when its name ends in `.gz`. */
export function inventoryOfFile(file: string): AsyncIterable<string> {
  const bytes = createReadStream(file);
  return inventoryLines(file.endsWith('.gz') ? bytes.pipe(createGunzip()) : bytes);
}
