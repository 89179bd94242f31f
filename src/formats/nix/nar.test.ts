import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nixForTests } from '../../platform/nix-tool/testing.ts';
import { inNarOrder, type NarFile, narOf } from './nar.ts';

const nix = await nixForTests();

const file = (name: string, content = '', kind: NarFile['kind'] = 'regular'): NarFile => ({
  path: name,
  kind,
  content: Buffer.from(content),
});

async function bytesOf(files: readonly NarFile[]): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of narOf(files)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function hashOf(files: readonly NarFile[]): Promise<string> {
  return `sha256-${createHash('sha256')
    .update(await bytesOf(files))
    .digest('base64')}`;
}

/** The tokens of an archive, to be read beside the definition of the format. */
function tokensOf(bytes: Buffer): readonly string[] {
  const tokens: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = Number(bytes.readBigUInt64LE(at));
    const end = at + 8 + length;
    tokens.push(bytes.subarray(at + 8, end).toString());
    at = Math.ceil(end / 8) * 8;
    expect(bytes.subarray(end, at).every((byte) => byte === 0)).toBe(true);
  }
  return tokens;
}

describe('narOf', () => {
  test('folders open and close around their files', async () => {
    const files = [file('a/b/c', 'hello\n'), file('a/d', '', 'executable'), file('e', 'a/d', 'symlink')];
    const entry = (name: string, ...node: string[]) => [
      'entry',
      '(',
      'name',
      name,
      'node',
      '(',
      'type',
      ...node,
      ')',
      ')',
    ];
    expect(tokensOf(await bytesOf(files))).toEqual([
      ...['nix-archive-1', '(', 'type', 'directory'],
      ...entry(
        'a',
        'directory',
        ...entry('b', 'directory', ...entry('c', 'regular', 'contents', 'hello\n')),
        ...entry('d', 'regular', 'executable', '', 'contents', ''),
      ),
      ...entry('e', 'symlink', 'target', 'a/d'),
      ')',
    ]);
  });

  // `nix hash path` 2.26.3 of folders with exactly these files.
  test.each([
    [[], 'sha256-pQpattmS9VmO3ZIQUFn66az8GSmB4IvYhTTCFn6SUmo='],
    [
      [file('a.txt', 'hello\n'), file('d/link', '../a.txt', 'symlink'), file('run', '#!/bin/sh\n', 'executable')],
      'sha256-XB8ml2OwFEwIcqLIvIL3V/5A1PNWrN+b8QQW84OVH9Q=',
    ],
  ])('hash %#', async (files, expected) => expect(await hashOf(files)).toBe(expected));

  test.each([
    ['the wrong order', ['b', 'a'], 'nar.unordered'],
    ['the order of a disk', ['a-b/c', 'a/b'], 'nar.unordered'],
    ['one name twice', ['a', 'a'], 'nar.unordered'],
    ['a file that is a folder', ['a', 'a/b'], 'nar.unordered'],
    ['a folder that is a file', ['a/b', 'a'], 'nar.unordered'],
    ['a folder opened again', ['a/b', 'b', 'a/c'], 'nar.unordered'],
    ['an empty path', [''], 'nar.bad-path'],
    ['an absolute path', ['/a'], 'nar.bad-path'],
    ['a way out', ['a/../b'], 'nar.bad-path'],
    ['the folder itself', ['./a'], 'nar.bad-path'],
    ['NUL', ['a\0b'], 'nar.bad-path'],
    ['half a character', ['a\ud800'], 'nar.bad-path'],
  ])('refuses %s', async (_name, paths, code) => {
    await expect(bytesOf(paths.map((one) => file(one)))).rejects.toMatchObject({ code });
  });

  const name = fc.string({
    unit: fc.constantFrom('a', 'b', '-', '.', '~', 'é', '\u{1F600}', '\uFFFD', ' '),
    minLength: 1,
    maxLength: 3,
  });
  const tree = fc
    .uniqueArray(
      fc.record({
        path: fc
          .array(
            name.filter((one) => one !== '.' && one !== '..'),
            { minLength: 1, maxLength: 3 },
          )
          .map((names) => names.join('/')),
        kind: fc.constantFrom('regular', 'executable', 'symlink'),
        content: fc
          .string({ minLength: 1, maxLength: 20, unit: fc.constantFrom('x', 'ü', '/') })
          .map((text) => Buffer.from(text)),
      }),
      { selector: (one) => one.path, maxLength: 12 },
    )
    .map((files) => files.filter((one) => !files.some((other) => other.path.startsWith(`${one.path}/`))));

  test('in whatever order they are found, files in their order give one archive', async () => {
    await fc.assert(
      fc.asyncProperty(tree, async (files) => {
        expect(await hashOf(inNarOrder(files))).toBe(await hashOf(inNarOrder(files.toReversed())));
      }),
    );
  });

  test.skipIf(nix === null)('trees have the hash that Nix computes', async () => {
    const root = await mkdtemp(path.join(tmpdir(), 'snowguard-nar-'));
    let count = 0;
    try {
      await fc.assert(
        fc.asyncProperty(tree, async (files) => {
          const folder = path.join(root, String(count++));
          await mkdir(folder);
          for (const one of files) await writeTo(path.join(folder, one.path), one);
          const args = ['hash', 'path', '--extra-experimental-features', 'nix-command', folder];
          const { stdout } = spawnSync(nix?.program ?? '', args, { env: nix?.environment, encoding: 'utf8' });
          expect(await hashOf(inNarOrder(files))).toBe(stdout.trim());
        }),
        { numRuns: 25 },
      );
    } finally {
      await rm(root, { recursive: true, force: true });
    }
  });
});

async function writeTo(target: string, { kind, content }: NarFile): Promise<void> {
  await mkdir(path.dirname(target), { recursive: true });
  if (kind === 'symlink') return symlink(Buffer.from(content).toString(), target);
  await writeFile(target, content);
  await chmod(target, kind === 'executable' ? 0o755 : 0o644);
}
