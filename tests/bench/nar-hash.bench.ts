import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { inNarOrder, narOf } from '../../src/formats/nix/nar.ts';
import { nixForTests } from '../../src/platform/nix-tool/testing.ts';
import { writeFileTree } from './file-tree.ts';
import type { Benchmark } from './measure.ts';

export const benchmark: Benchmark = {
  title: 'NAR hash of a folder',
  runs: 5,
  prepare: async (folder) => {
    const nix = await nixForTests();
    if (nix === null) return { missing: 'no Nix' };
    await writeFileTree(folder, { count: 10_000, sizeBytes: 20_000 });
    const floor = async () => {
      const { stdout } = await promisify(execFile)(nix.program, ['hash', 'path', folder], { env: nix.environment });
      return stdout.trim();
    };
    return {
      input: '10,000 files, 200 MB',
      ours: { name: 'narOf', run: () => narHashOf(folder) },
      floor: { name: 'nix hash path', run: floor },
    };
  },
};

async function narHashOf(folder: string): Promise<string> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = found
    .filter((entry) => entry.isFile())
    .map((entry) => ({ path: path.relative(folder, path.join(entry.parentPath, entry.name)) }));
  // Read at once: a promise for each of so many small files would cost more than the archive.
  function* contents() {
    for (const file of inNarOrder(files)) {
      yield { path: file.path, kind: 'regular', content: readFileSync(path.join(folder, file.path)) } as const;
    }
  }
  const hash = createHash('sha256');
  for await (const bytes of narOf(contents())) hash.update(bytes);
  return `sha256-${hash.digest('base64')}`;
}
