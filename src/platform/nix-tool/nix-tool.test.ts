import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findNix, isOlder, parseNixVersion } from './find-nix.ts';
import { runBounded } from './run-bounded.ts';
import { errorText } from './run-expression.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'snowguard-nix-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

async function script(name: string, body: string): Promise<string> {
  const program = path.join(root, name);
  await writeFile(program, `#!/bin/sh\n${body}\n`);
  await chmod(program, 0o755);
  return program;
}

const shell = { program: '/bin/sh', environment: { PATH: process.env.PATH ?? '' }, timeoutMs: 5000, maxBytes: 1000 };

test.each([
  ['nix (Nix) 2.26.3', '2.26.3'],
  ['nix (Determinate Nix 3.8.2) 2.30.1', '2.30.1'],
  ['warning: x\nnix (Lix, like Nix) 2.91.1', '2.91.1'],
  ['nix-env 2.3', null],
])('version of %j', (text, version) => {
  expect(parseNixVersion(text)).toBe(version);
});

test('versions compare by number', () => {
  expect([isOlder('2.3.16', [2, 4]), isOlder('2.18.0', [2, 4]), isOlder('3.0', [2, 4])]).toEqual([true, false, false]);
});

describe('findNix', () => {
  test('null for none, one too old, or one that breaks', async () => {
    expect(await findNix({ program: path.join(root, 'none') })).toBeNull();
    expect(await findNix({ program: await script('old', 'echo "nix (Nix) 2.3.16"') })).toBeNull();
    expect(await findNix({ program: await script('broken', 'exit 3') })).toBeNull();
  });

  test('runs the program closed in, passes traces on and keeps warnings out of messages', async () => {
    const program = await script(
      'nix',
      `[ "$1" = --version ] && { echo 'nix (Nix) 2.26.3'; exit; }
       echo "trace: one" >&2; echo "warning: noise" >&2
       case "$*" in *restrict-eval\\ true*) ;; *) exit 9;; esac
       env | grep -q NIXPKGS_ALLOW && exit 8
       for last; do :; done
       [ "$(cat "$last")" = 1 ] && { echo 42; exit; }
       echo "error: no such thing" >&2; exit 1`,
    );
    const nix = await findNix({ program, environment: { PATH: process.env.PATH, NIXPKGS_ALLOW_UNFREE: '1' } });
    const traces: string[] = [];
    expect(await nix?.evaluate({ expression: '1', timeoutMs: 5000, onTrace: (text) => traces.push(text) })).toBe(
      '42\n',
    );
    expect(traces).toEqual(['one']);
    await expect(nix?.evaluate({ expression: '2', timeoutMs: 5000, onTrace: () => {} })).rejects.toMatchObject({
      code: 'nix.evaluation',
      message: 'error: no such thing',
    });
  });

  test('an evaluation that takes too long ends, its children too', async () => {
    const program = await script('slow', '[ "$1" = --version ] && { echo "nix (Nix) 2.26.3"; exit; }; sleep 60 & wait');
    const nix = await findNix({ program });
    await expect(nix?.evaluate({ expression: '1', timeoutMs: 200 })).rejects.toMatchObject({ code: 'nix.timeout' });
  });
});

describe('runBounded', () => {
  test('endless output', async () => {
    expect(await runBounded({ ...shell, args: ['-c', 'yes'] })).toEqual({ kind: 'too-large' });
  });

  test('abort', async () => {
    const signal = AbortSignal.timeout(100);
    await expect(runBounded({ ...shell, args: ['-c', 'sleep 60'], signal })).rejects.toThrow();
  });
});

test('long messages keep their start and their end', () => {
  const text = errorText(`warning: x\nerror: start ${'y'.repeat(50_000)} end`, 1);
  expect(text).toMatch(/^error: start/);
  expect(text).toMatch(/ end$/);
  expect(text.length).toBeLessThanOrEqual(20_000);
});
