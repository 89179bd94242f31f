import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { defaultPolicyText } from '../../src/pipeline/findings/index.ts';
import { initBare } from '../../src/platform/git/repository.ts';
import { nixForTests } from '../../src/platform/nix-tool/testing.ts';
import { bundle } from '../support/program.ts';
import type { Benchmark } from './measure.ts';
import { attrOf, nixpkgsReplica, packageCount, shareObjects, stepCommits } from './nixpkgs-replica.ts';

const runs = 3;
const coveredCount = 1_000;
const mostOursMs = 5_000;

/** What a step of upstream asks of the house, with Nix itself timed apart; and what plain git needs to tell which commits touch the covered packages. */
export const benchmark: Benchmark = {
  title: `upstream step of ${stepCommits} commits, besides Nix`,
  runs,
  prepare: async (folder) => {
    const nix = await nixForTests();
    if (nix === null) return { missing: 'no Nix' };
    const replica = await nixpkgsReplica();
    const git = async (directory: string, ...args: readonly string[]) =>
      (await promisify(execFile)('git', ['--git-dir', directory, ...args], { maxBuffer: 1e8 })).stdout.trim();
    const upstream = path.join(folder, 'upstream.git');
    const moveUpstream = (commit: string) => git(upstream, 'update-ref', 'refs/heads/main', commit);
    const steps = await Promise.all(
      Array.from({ length: runs + 2 }, (_, at) =>
        git(replica.directory, 'rev-parse', `main~${(runs + 1 - at) * stepCommits}`),
      ),
    );
    const attrs = Array.from({ length: coveredCount }, (_, at) =>
      attrOf(Math.floor((at * packageCount) / coveredCount)),
    );

    const workspace = path.join(folder, 'workspace');
    const spent = path.join(folder, 'nix-ms');
    await writeWorkspace(workspace, { upstream, nix: await timedNix(folder, nix.program, spent), attrs });
    for (const directory of [upstream, path.join(workspace, 'repository.git')]) {
      await initBare(directory);
      await shareObjects(directory, replica);
    }
    const program = await bundle();
    const snowguard = async (...args: readonly string[]) =>
      (await promisify(execFile)(process.execPath, [program, ...args, '-w', workspace, '--json'], { maxBuffer: 1e9 }))
        .stdout;
    await moveUpstream(steps[0] ?? '');
    await snowguard('sync');

    let nixMs: number[] = [];
    let leastMs = Number.POSITIVE_INFINITY;
    const turns = { ours: 0, floor: 0 };
    const places = new Map(attrs.map((attr) => [`pkgs/by-name/${attr.slice(0, 2)}/${attr}`, attr]));
    return {
      input: `${coveredCount} of ${packageCount} packages covered, ${stepCommits} commits`,
      ours: {
        name: 'sync, evaluate, examine',
        run: async () => {
          await writeFile(spent, '');
          await moveUpstream(steps[++turns.ours] ?? '');
          const started = performance.now();
          await snowguard('sync');
          const tookMs = performance.now() - started;
          nixMs = (await readFile(spent, 'utf8')).trim().split('\n').map(Number);
          const besides = tookMs - nixMs.reduce((sum, ms) => sum + ms, 0);
          leastMs = Math.min(leastMs, besides);
          const commits = commitsOf(await snowguard('review', 'show', String(turns.ours + 1)));
          return { kind: 'self-timed', tookMs: besides, result: commits };
        },
      },
      floor: {
        name: 'git log --name-only',
        run: async () => {
          const [from, to] = [steps[turns.floor], steps[++turns.floor]];
          const log = await git(
            upstream,
            'log',
            '--first-parent',
            '--name-only',
            '--format=%x01%H',
            `${from}..${to}`,
            '--',
          );
          return log
            .split('\u0001')
            .slice(1)
            .flatMap((text) => {
              const [id = '', ...paths] = text.split('\n').filter((line) => line !== '');
              const own = new Set(paths.flatMap((file) => places.get(path.dirname(file)) ?? []));
              return own.size === 0 ? [] : [`${id} ${[...own]}`];
            });
        },
      },
      note: () => {
        const nixSays = `Nix itself ${nixMs.map((ms) => `${ms} ms`).join(' + ')}`;
        if (leastMs > mostOursMs) throw new Error(`a step took ${Math.round(leastMs)} ms besides Nix; ${nixSays}`);
        return nixSays;
      },
    };
  },
};

/** Which commits a review says touch covered packages, and which. */
function commitsOf(json: string): readonly string[] {
  const { review } = JSON.parse(json) as {
    readonly review: {
      readonly examination: { readonly commits: readonly { readonly id: string; readonly attrs: readonly string[] }[] };
    };
  };
  return review.examination.commits.filter(({ attrs }) => attrs.length > 0).map(({ id, attrs }) => `${id} ${attrs}`);
}

async function writeWorkspace(
  folder: string,
  given: { readonly upstream: string; readonly nix: string; readonly attrs: readonly string[] },
): Promise<void> {
  await mkdir(path.join(folder, 'covered'), { recursive: true });
  await writeFile(path.join(folder, 'policy.toml'), defaultPolicyText);
  await writeFile(
    path.join(folder, 'covered', 'all.toml'),
    `category = "all"\nowner = "security"\nsince = "2026-01-01"\nattrs = ${JSON.stringify(given.attrs)}\n`,
  );
  await writeFile(
    path.join(folder, 'snowguard.toml'),
    `organisation = "acme"
flake = "secure"
[nix]
program = ${JSON.stringify(given.nix)}
systems = ["x86_64-linux"]
[[channel]]
id = "rolling"
upstream = ${JSON.stringify(given.upstream)}
branch = "main"
partial = false
[releases]
automatic = false
[feeds]
`,
  );
}

/** Nix behind a script that notes how long each evaluation took. */
async function timedNix(folder: string, program: string, spent: string): Promise<string> {
  const script = path.join(folder, 'nix');
  await writeFile(
    script,
    `#!/bin/sh\nstarted=$(date +%s%3N)\n"${program}" "$@"\ncode=$?\n[ "$1" = --version ] || echo $(($(date +%s%3N) - started)) >> "${spent}"\nexit $code\n`,
    { mode: 0o755 },
  );
  return script;
}
