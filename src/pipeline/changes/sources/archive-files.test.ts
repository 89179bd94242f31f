import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { type Header, pack } from 'tar-stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createMemoryBlobs } from '../../../platform/blobs/memory.ts';
import { initBare } from '../../../platform/git/repository.ts';
import { nixForTests } from '../../../platform/nix-tool/testing.ts';
import { archiveFiles } from './archive-files.ts';
import { keepArchive } from './keep-source.ts';
import type { SourceDesk } from './model.ts';

const nix = await nixForTests();
const bounds = { files: 50, fileBytes: 10_000, allBytes: 20_000 };
let folder: string;
let desk: SourceDesk;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'snowguard-archives-'));
  desk = {
    git: await initBare(path.join(folder, 'sources.git')),
    blobs: createMemoryBlobs(),
    fetcher: { fetch: () => Promise.reject(new Error('nothing is fetched here')) },
    settings: { mirrors: [], repositories: {} },
    now: 0,
    signal: new AbortController().signal,
  };
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function tarOf(
  entries: readonly (Partial<Header> & { readonly name: string; readonly content?: string })[],
): Promise<Buffer> {
  const archive = pack();
  for (const { content = '', ...header } of entries) archive.entry(header, content);
  archive.finalize();
  return buffer(archive);
}

let files = 0;
async function fileOf(bytes: Buffer): Promise<string> {
  const file = path.join(folder, `archive-${files++}`);
  await writeFile(file, bytes);
  return file;
}

async function listed(bytes: Buffer): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const one of archiveFiles(await fileOf(bytes), 'one', bounds))
    found.push(
      one.mode === 'folder' ? `${one.path}/` : `${one.mode} ${one.path} ${Buffer.from(one.content).toString()}`,
    );
  return found;
}

describe('files of an archive', () => {
  test('names that lead elsewhere are shown and lead nowhere', async () => {
    const tar = await tarOf([
      { name: '../../etc/passwd', content: 'a' },
      { name: '/root/x', content: 'b' },
      { name: 'p/.git/config', content: 'c' },
      { name: 'p/./q//r', content: 'd' },
      { name: 'p/line\nbreak', content: 'e' },
    ]);
    const found = await listed(tar);
    expect(found).toEqual([
      '100644 %2e%2e/%2e%2e/etc/passwd a',
      '100644 %2f/root/x b',
      '100644 p/%2egit/config c',
      '100644 p/q/r d',
      '100644 p/line\nbreak e',
    ]);
    const kept = await keepArchive(desk, await fileOf(tar), 'hostile');
    expect(kept.files.map(({ path: name }) => name)).toHaveLength(5);
  });

  test('links, second names of a file, programs and folders', async () => {
    const tar = await tarOf([
      { name: 'p', type: 'directory' },
      { name: 'p/a.sh', mode: 0o755, content: 'x' },
      { name: 'p/soft', type: 'symlink', linkname: '../../a' },
      { name: 'p/hard', type: 'link', linkname: 'p/a.sh' },
      { name: 'p/empty', type: 'directory' },
    ]);
    expect(await listed(gzipSync(tar))).toEqual([
      'p/',
      '100755 p/a.sh x',
      '120000 p/soft ../../a',
      '100755 p/hard x',
      'p/empty/',
    ]);
  });

  test('a file through a link of the archive is only a file', async () => {
    const tar = await tarOf([
      { name: 'p/out', type: 'symlink', linkname: '/etc' },
      { name: 'p/out/passwd', content: 'x' },
    ]);
    const kept = await keepArchive(desk, await fileOf(tar), 'linked');
    expect(kept.files.map(({ path: name }) => name)).toEqual(['out/passwd']);
  });

  test.each([
    ['a file too large', () => tarOf([{ name: 'a', content: 'x'.repeat(10_001) }])],
    ['too many files', () => tarOf(Array.from({ length: 51 }, (_, index) => ({ name: `f${index}`, content: 'x' })))],
    ['too much', () => tarOf(['a', 'b', 'c'].map((name) => ({ name, content: 'x'.repeat(9000) })))],
    ['a bomb', async () => gzipSync(Buffer.alloc(50_000_000))],
  ])('%s ends it', async (_, make) => {
    await expect(listed(await make())).rejects.toMatchObject({ code: 'sources.too-large' });
  });

  test.each([
    ['bzip2', Buffer.from('BZh91AY&SY..........')],
    ['a broken xz', Buffer.concat([Buffer.from('fd377a585a000004', 'hex'), Buffer.alloc(600, 7)])],
    ['a zip cut off', Buffer.concat([Buffer.from('504b0304', 'hex'), Buffer.alloc(600)])],
    ['an archive cut off', (() => gzipSync(Buffer.alloc(1000)).subarray(0, 15))()],
  ])('%s is said to be unreadable', async (_, bytes) => {
    await expect(listed(bytes)).rejects.toMatchObject({ code: 'sources.unreadable' });
  });

  test('what fails half-way leaves nothing behind', async () => {
    const before = await desk.git.refs('refs/');
    const many = await tarOf(Array.from({ length: 3 }, (_, index) => ({ name: `f${index}`, content: 'x' })));
    await expect(keepArchive(desk, await fileOf(gzipSync(many).subarray(0, 60)), 'cut')).rejects.toThrow();
    expect(await desk.git.refs('refs/')).toEqual(before);
  });
});

test.skipIf(nix === null).each(['tar.gz', 'tar.xz', 'tar.zst', 'zip'])(
  'a folder packed as %s has the digest that Nix computes of it',
  async (kind) => {
    const place = await mkdtemp(path.join(folder, 'made-'));
    const shell = `mkdir -p p/d p/none && echo a > p/d/a.txt && printf '#!/bin/sh\\n' > p/run && chmod 755 p/run && ln -s d/a.txt p/link
      ${kind === 'zip' ? 'python3 -c "import shutil" && (zip -qry made.zip p || exit 77)' : `tar -caf made.${kind} p`}`;
    try {
      execFileSync('/bin/sh', ['-ec', shell], { cwd: place, stdio: 'pipe' });
    } catch {
      console.log(`skipped: this machine cannot pack ${kind}`);
      return;
    }
    const kept = await keepArchive(desk, path.join(place, `made.${kind}`), `made.${kind}`);
    const args = ['hash', 'path', '--extra-experimental-features', 'nix-command', path.join(place, 'p')];
    const said = execFileSync(nix?.program ?? '', args, { env: { ...nix?.environment, HOME: folder } });
    expect(kept.narHash).toBe(said.toString().trim());
    expect(kept.files.map(({ path: name }) => name)).toEqual(['d/a.txt', 'link', 'run']);
  },
);
