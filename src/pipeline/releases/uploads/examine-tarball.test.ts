import { spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nixForTests } from '../../../platform/nix-tool/testing.ts';
import { tarEnd, tarHeader, tarPadding } from '../tar.ts';
import { examineTarball, tarballLimits } from './examine-tarball.ts';

const nix = await nixForTests();
let folder = '';
let source = '';

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'snowguard-examine-'));
  source = path.join(folder, 'x7-source');
  const deep = path.join(source, 'a-very-long-folder-name'.repeat(5), 'b'.repeat(90));
  for (const name of [source, path.join(source, 'empty'), path.join(source, 'a'), deep])
    await mkdir(name, { recursive: true });
  await writeFile(path.join(source, 'flake.nix'), '{ outputs = _: { }; }\n');
  await writeFile(path.join(source, 'a.nix'), '1');
  await writeFile(path.join(source, 'a', 'b.nix'), 'x'.repeat(100_000));
  await writeFile(path.join(source, 'ünïcode'), 'ü');
  await writeFile(path.join(source, 'run'), '#!/bin/sh\n');
  await chmod(path.join(source, 'run'), 0o755);
  await writeFile(path.join(deep, 'file'), 'deep');
  await symlink(`../../${'up/'.repeat(60)}etc/passwd`, path.join(source, 'out'));
  for (const name of ['a', 'empty', '.']) await utimes(path.join(source, name), 1_700_000_000, 1_700_000_000);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const examine = (bytes: Uint8Array, limits = {}) =>
  examineTarball(Readable.from([bytes]), { flakeFile: 'flake.nix', limits: { ...tarballLimits, ...limits } });

function packed(...args: readonly string[]): Buffer {
  const { status, stdout, stderr } = spawnSync(
    'tar',
    ['-C', folder, '--mtime=@1700000000', ...args, '-czf', '-', 'x7-source'],
    {
      maxBuffer: 1e8,
    },
  );
  expect([status, stderr.toString()]).toEqual([0, '']);
  return stdout;
}

describe.skipIf(nix === null)('the NAR hash that Nix computes', () => {
  test.each([
    ['as the folder comes', []],
    ['sorted', ['--sort=name']],
    ['POSIX headers', ['--format=posix']],
    ['ustar where names are long', ['--format=gnu', '--sort=name']],
    ['old owner fields', ['--owner=ada:1000', '--group=staff:50', '--numeric-owner']],
  ])('%s', async (_name, args) => {
    const of = ['hash', 'path', '--extra-experimental-features', 'nix-command', source];
    const { stdout } = spawnSync(nix?.program ?? '', of, { env: nix?.environment, encoding: 'utf8' });
    expect(await examine(packed(...args))).toEqual({ narHash: stdout.trim(), lastModified: 1_700_000_000 });
  });
});

describe('what goes beyond its bounds is refused', () => {
  test.each([
    ['unpackedBytes', 50_000, 'unpacks to more than'],
    ['fileBytes', 50_000, 'has more than 50000 bytes'],
    ['entries', 3, 'more than 3 entries'],
  ])('%s', async (name, most, reason) => {
    await expect(examine(packed(), { [name]: most })).rejects.toMatchObject({
      code: 'releases.tarball',
      message: expect.stringContaining(reason),
    });
  });

  test('a bomb behind the end of the archive', async () => {
    const bytes = gzipSync(Buffer.concat([fine(), Buffer.alloc(5_000_000)]));
    await expect(examine(bytes, { unpackedBytes: 1_000_000 })).rejects.toMatchObject({ code: 'releases.tarball' });
  });

  test('one that comes too slowly', async () => {
    const slow = new Readable({ read() {} });
    slow.push(gzipSync(fine()).subarray(0, 40));
    const given = { flakeFile: 'flake.nix', limits: { ...tarballLimits, timeMs: 50 } };
    await expect(examineTarball(slow, given)).rejects.toMatchObject({ message: expect.stringContaining('too long') });
  });
});

test.each([
  ['a hard link', '1', 'hard link'],
  ['a device', '3', 'neither a file'],
  ['a pipe', '6', 'neither a file'],
  ['a sparse file', 'S', 'neither a file'],
])('%s is refused', async (_name, type, reason) => {
  const header = tarHeader({ kind: 'regular', path: 's/x', sizeBytes: 0 }, 0);
  header.write(type, 156, 'latin1');
  await expect(examine(gzipSync(Buffer.concat([summed(header), fine()])))).rejects.toMatchObject({
    code: 'releases.tarball',
    message: expect.stringContaining(reason),
  });
});

test('whatever is sent is examined or refused with a reason, and nothing else', async () => {
  const whole = fine();
  const damaged = fc
    .tuple(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), fc.nat(whole.length))
    .map(([at, flip, end]) => {
      const bytes = Buffer.from(whole);
      bytes[at] = (bytes[at] ?? 0) ^ flip;
      if (at < 512) summed(bytes);
      return gzipSync(bytes.subarray(0, end));
    });
  await fc.assert(
    fc.asyncProperty(fc.oneof(damaged, fc.uint8Array({ maxLength: 600 })), async (bytes) => {
      const outcome = await examine(bytes).catch(
        (error: { readonly code?: string; readonly message: string }) => error,
      );
      if ('narHash' in outcome) expect(outcome.narHash).toMatch(/^sha256-/);
      else expect([outcome.code, outcome.message.length > 0]).toEqual(['releases.tarball', true]);
    }),
    { numRuns: 400 },
  );
});

function fine(): Buffer {
  const content = Buffer.from('{ outputs = _: { }; }\n');
  return Buffer.concat([
    tarHeader({ kind: 'directory', path: 's' }, 1),
    tarHeader({ kind: 'regular', path: 's/flake.nix', sizeBytes: content.length }, 1),
    content,
    tarPadding(content.length),
    tarHeader({ kind: 'symlink', path: 's/link', target: Buffer.from('/etc/passwd') }, 1),
    tarEnd,
  ]);
}

/** The same header with the checksum of what it says now. */
function summed(bytes: Buffer): Buffer {
  bytes.fill(0x20, 148, 156);
  const sum = bytes.subarray(0, 512).reduce((all, byte) => all + byte, 0);
  bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return bytes;
}
