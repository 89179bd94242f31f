import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

// Beside this file in the sources, and beside the bundle where scripts/build.mjs puts a copy.
const folder = path.join(import.meta.dirname, 'default-covered');

/**
 * The covered set of a new workspace, by file: attributes of Nixpkgs that production systems stand on, one category a
 * file, covered since `since` (`2026-11-25`).
 */
export async function firstCovered(since: string): Promise<Readonly<Record<string, string>>> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.toml')).sort();
  const texts = names.map(async (name) => {
    const text = await readFile(path.join(folder, name), 'utf8');
    return [name, text.replace('@today@', since)] as const;
  });
  return Object.fromEntries(await Promise.all(texts));
}
