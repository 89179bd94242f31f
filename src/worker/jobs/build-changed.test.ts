import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createMemoryBlobs } from '../../platform/blobs/memory.ts';
import { initBare } from '../../platform/git/repository.ts';
import { findNix } from '../../platform/nix-tool/find-nix.ts';
import { nixForTests } from '../../platform/nix-tool/testing.ts';
import type { ReviewCollectors, WalkContext } from '../walk-context.ts';
import { buildChanged, compareOutputs, testChanged } from './build-changed.ts';

const compiler = spawnSync('cc', ['--version']).status === 0 && process.platform === 'linux';
if (!compiler) console.log('skipped: this machine has no compiler that makes ELF files');
const found = compiler ? await nixForTests() : null;
const system = `${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-${process.platform}`;
const signal = new AbortController().signal;
let folder: string;
let context: WalkContext;
let before: string;
let after: string;

const set = (words: string) => `{ system }:
let make = name: script: derivation { inherit name system; builder = "/bin/sh"; args = [ "-euc" script ]; };
in {
  # What Nix unpacks by itself: no sandbox has a program that copies.
  tool = derivation { name = "tool"; system = "builtin"; builder = "builtin:unpack-channel"; channelName = "bin"; src = ./program.tar; }
    // { passthru.tests = { runs = make "runs" "echo ok > $out"; machine = { driver = throw "a machine"; }; }; };
  failing = make "failing" "echo a > $out" // { passthru.tests.wrong = make "wrong" "exit 3"; };
  plain = make "plain" "echo ${words} > $out";
  broken = make "broken" "exit 4";
}
`;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'snowguard-outputs-'));
  const environment = { ...found?.environment, HOME: folder, NIX_REMOTE: `local?root=${path.join(folder, 'store')}` };
  const nix = found === null ? null : await findNix({ program: found.program, environment });
  const git = await initBare(path.join(folder, 'set.git'));
  const commit = (parent: string | null, program: Buffer, words: string) =>
    git.writeCommit({
      parent,
      edits: [
        { kind: 'write', path: 'default.nix', content: set(words) },
        { kind: 'write', path: 'program.tar', content: program },
      ],
      text: { message: words, authorName: 'M', authorEmail: 'm@example.org', at: 0 },
    });
  before = await commit(null, await programOf('int main(void) { return 0; }', '-fstack-protector-all'), 'one');
  const connects =
    '#include <sys/socket.h>\nlong ptrace(int, ...);\nint main(void) { __builtin_printf("https://evil.example.org/x"); return socket(2, 1, 0) + ptrace(0); }';
  after = await commit(before, await programOf(connects, '-fno-stack-protector'), 'two');
  const reviewFacts = { outputs: true, tests: true } as Partial<ReviewCollectors> as ReviewCollectors;
  const given = { git, nix, blobs: createMemoryBlobs(), systems: [system], reviewBuilds: true, reviewFacts };
  context = given as Partial<WalkContext> as WalkContext;
});

afterAll(async () => {
  execFileSync('chmod', ['-R', 'u+w', folder]);
  await rm(folder, { recursive: true, force: true });
});

async function programOf(code: string, flag: string): Promise<Buffer> {
  const file = path.join(folder, 'program.c');
  await writeFile(file, code);
  execFileSync('cc', ['-w', flag, '-o', path.join(folder, 'program'), file], { stdio: 'pipe' });
  execFileSync('tar', ['-cf', 'program.tar', '--transform', 's,^,outer/,', 'program'], { cwd: folder });
  return readFile(path.join(folder, 'program.tar'));
}

const wanted = (attrs: readonly string[]) => ({ context, reviewId: '1', commitId: after, attrs, signal });

describe.skipIf(found === null)('with a real Nix', { timeout: 120_000 }, () => {
  test('packages are built, and a failure names its log', async () => {
    expect(await buildChanged(wanted(['plain', 'broken']))).toEqual({
      kind: 'run',
      built: ['plain'],
      failed: [{ attr: 'broken', why: 'failed, see reviews/1/package-1.log' }],
    });
    expect(await context.blobs.size('reviews/1/package-1.log')).toBeGreaterThan(10);
  });

  test('tests of packages pass, fail, or are not there; machines of NixOS are no part of them', async () => {
    expect(await testChanged(wanted(['tool', 'failing', 'plain']))).toEqual({
      kind: 'run',
      built: ['tool'],
      failed: [{ attr: 'failing', why: 'failed, see reviews/1/tests-1.log' }],
    });
  });

  test('what a program gains from one output to the next', async () => {
    const { outputs, lacks } = await compareOutputs({
      ...wanted(['tool', 'broken']),
      base: before,
      candidate: after,
    });
    expect(lacks).toEqual(['broken: the one before does not build here']);
    const { before: then, after: now } = outputs.get('tool') ?? {};
    expect(then?.needed).toEqual(now?.needed);
    expect(now?.symbols).toContain('socket');
    expect(then?.symbols).not.toContain('socket');
    expect(now?.urls).toEqual(['https://evil.example.org']);
    expect(then?.hardening).toContain('stack-protector');
    expect(now?.hardening).not.toContain('stack-protector');
    expect(then?.capabilities).toEqual([]);
    expect(now?.capabilities).toContainEqual({
      file: 'bin/program',
      does: 'steers other processes',
      risk: 3,
      by: 'ptrace',
    });
    expect(now?.unread).toBe(0);
    expect(now?.sizeBytes).toBeGreaterThan(1000);
    expect(now?.closureBytes).toBeGreaterThanOrEqual(now?.sizeBytes ?? 0);
  });

  test('what is off, or cannot be, says so', async () => {
    const off = {
      ...context,
      reviewBuilds: false,
      reviewFacts: { ...context.reviewFacts, tests: false, outputs: false },
    };
    expect(await buildChanged({ ...wanted(['plain']), context: off })).toMatchObject({
      why: expect.stringContaining('build = true'),
    });
    expect(await testChanged({ ...wanted(['plain']), context: off })).toMatchObject({
      why: expect.stringContaining('tests = true'),
    });
    const both = { ...wanted(['plain']), base: before, candidate: after };
    expect((await compareOutputs({ ...both, context: off })).lacks).toEqual([
      expect.stringContaining('outputs = true'),
    ]);
    const bare = { ...context, nix: null };
    expect((await compareOutputs({ ...both, context: bare })).lacks).toEqual(['no Nix is installed']);
  });
});
