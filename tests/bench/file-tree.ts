import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** Writes a package set's worth of text: `count` files in `count / 10` folders, the same bytes every time. */
export async function writeFileTree(
  folder: string,
  { count, sizeBytes }: { readonly count: number; readonly sizeBytes: number },
): Promise<void> {
  for (let at = 0; at < count; at++) {
    const place = path.join(folder, `by-name-${Math.floor(at / 500)}`, `package-${Math.floor(at / 10)}`);
    if (at % 10 === 0) await mkdir(place, { recursive: true });
    await writeFile(path.join(place, `file-${at % 10}.nix`), textOf(at, sizeBytes));
  }
}

/** Words from a small generator: packs about as well as source text, unlike zeros or noise. */
export function textOf(seed: number, sizeBytes: number): string {
  const words: string[] = [];
  let state = seed + 1;
  for (let size = 0; size < sizeBytes; ) {
    // A linear congruential generator with Knuth's constants; both factors fit into 53 bits.
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const word = vocabulary[state >>> 24] ?? '';
    words.push(word);
    size += word.length + 1;
  }
  return words.join(' ').slice(0, sizeBytes);
}

const vocabulary: readonly string[] = Array.from({ length: 256 }, (_, at) => `${(at * 2_654_435_761).toString(36)}`);
