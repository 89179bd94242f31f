import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';

const folder = path.resolve(import.meta.dirname, '../../../../shared/data');

/** The lines of a sample of real data as JSON; null where it is not at hand, said on one line. */
export function sampleLines<Line>(file: string): readonly Line[] | null {
  const bytes = isThere(file) ? readFileSync(path.join(folder, file)) : null;
  const text = file.endsWith('.gz') && bytes !== null ? gunzipSync(bytes) : bytes;
  return (
    text
      ?.toString()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Line) ?? null
  );
}

/** The text of every file of this name in the folders of a sample; null where it is not at hand, said on one line. */
export function sampleTexts(directory: string, name: string): readonly (readonly [string, string])[] | null {
  if (!isThere(directory)) return null;
  return readdirSync(path.join(folder, directory)).map((one) => [
    one,
    readFileSync(path.join(folder, directory, one, name), 'utf8'),
  ]);
}

function isThere(name: string): boolean {
  const found = existsSync(path.join(folder, name));
  if (!found) console.log(`skipped: no sample ${name}`);
  return found;
}
