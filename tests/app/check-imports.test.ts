import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
let copy: string;

beforeAll(() => {
  copy = mkdtempSync(path.join(os.tmpdir(), 'snowguard-imports-'));
  for (const name of ['src', 'scripts', 'tsconfig.json', 'package.json'])
    cpSync(path.join(root, name), path.join(copy, name), { recursive: true });
  symlinkSync(path.join(root, 'node_modules'), path.join(copy, 'node_modules'));
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

const check = (directory: string) =>
  spawnSync(process.execPath, [path.join(directory, 'scripts', 'check-imports.mjs')], {
    cwd: directory,
    encoding: 'utf8',
  });

test('the sources keep the import rules, and every module was read', () => {
  const result = check(copy);
  expect(result.stdout + result.stderr).toMatch(/^\d+ modules read, 0 violations$/m);
  expect(result.status).toBe(0);
});

test('a planted import of a later stage fails the gate', () => {
  const planted = path.join(copy, 'src', 'pipeline', 'catalog', 'planted.ts');
  writeFileSync(planted, "import type { Release } from '../releases/model.ts';\nexport type Planted = Release;\n");
  const result = check(copy);
  rmSync(planted);
  expect(result.stdout).toContain(
    'stage-order-catalog: src/pipeline/catalog/planted.ts -> src/pipeline/releases/model.ts',
  );
  expect(result.status).toBe(1);
});
