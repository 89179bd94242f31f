import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { afterAll, expect, test } from 'vitest';
import { filesOf } from './files-of.ts';
import { maxRecordBytes } from './limits.ts';

const folder = mkdtempSync(join(tmpdir(), 'snowguard-tar-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function tarOf(members: Readonly<Record<string, string>>): Promise<Buffer> {
  const archive = pack();
  archive.entry({ name: '2024', type: 'directory' });
  archive.entry({ name: 'link.json', type: 'symlink', linkname: '/etc/passwd' });
  for (const [name, content] of Object.entries(members)) archive.entry({ name }, content);
  archive.finalize();
  const parts: Buffer[] = [];
  for await (const part of archive) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

async function contentsOf(bytes: Buffer): Promise<readonly (readonly [string, number | undefined])[]> {
  const path = join(folder, 'archive');
  writeFileSync(path, bytes);
  const contents: (readonly [string, number | undefined])[] = [];
  for await (const file of filesOf(path, new AbortController().signal)) {
    if (file.name !== 'skipped') contents.push([file.name, (await file.read())?.length]);
  }
  return contents;
}

const large = 'x'.repeat(maxRecordBytes + 1);

test.each([
  ['as it is', (tar: Buffer) => tar],
  ['with gzip', gzipSync],
  ['with zstd', zstdCompressSync],
])('plain files only, %s; one that is too large has no content', async (_how, packed) => {
  const tar = await tarOf({ '2024/a.json': '{}', skipped: 'abc', 'large.json': large, 'b.json': '[1]' });
  expect(await contentsOf(packed(tar))).toEqual([
    ['2024/a.json', 2],
    ['large.json', undefined],
    ['b.json', 3],
  ]);
});

test.each([
  ['cut off', (tar: Buffer) => tar.subarray(0, 2000)],
  ['a header that is none', (tar: Buffer) => Buffer.concat([tar.subarray(0, 2048), Buffer.alloc(1024, 'z')])],
  ['packed and cut off', (tar: Buffer) => gzipSync(tar).subarray(0, 100)],
  ['packed with xz', () => Buffer.from('fd377a585a000004', 'hex')],
  ['packed with bzip2', () => Buffer.from('BZh91AY&SY')],
])('%s is refused', async (_how, broken) => {
  const tar = await tarOf({ 'a.json': '{}'.padEnd(900) });
  await expect(contentsOf(broken(tar))).rejects.toMatchObject({ code: 'feeds.unreadable' });
});
