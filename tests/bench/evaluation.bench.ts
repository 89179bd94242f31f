import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { promisify } from 'node:util';
import { evaluateTree } from '../../src/pipeline/catalog/evaluate-channel.ts';
import { initBare } from '../../src/platform/git/repository.ts';
import { nixForTests } from '../../src/platform/nix-tool/testing.ts';
import type { Benchmark } from './measure.ts';
import { attrOf, nixpkgsReplica, packageCount, shareObjects } from './nixpkgs-replica.ts';

const system = 'x86_64-linux';
const count = 1_000;
const attrs = Array.from({ length: count }, (_, at) => attrOf(Math.floor((at * packageCount) / count)));

export const benchmark: Benchmark = {
  title: 'evaluation of a covered set',
  runs: 5,
  prepare: async (folder) => {
    const nix = await nixForTests();
    if (nix === null) return { missing: 'no Nix' };
    const replica = await nixpkgsReplica();
    const git = await initBare(path.join(folder, 'repository.git'));
    await shareObjects(git.directory, replica);
    const evaluate = async (tree: string) => {
      const evaluated = await evaluateTree({ nix, tree, attrs, systems: [system], random: randomBytes });
      return evaluated.map((result) => (result.kind === 'instance' ? result.instance.drvPath : result.message));
    };
    const instantiate = async (tree: string) => {
      const program = path.join(path.dirname(nix.program), 'nix-instantiate');
      // Asked for by -A, each would have the set made anew.
      const expression = `let set = import ${tree} { system = "${system}"; }; in map (name: set.\${name}) (builtins.fromJSON ''${JSON.stringify(attrs)}'')`;
      const args = ['--readonly-mode', '--expr', expression];
      const { stdout } = await promisify(execFile)(program, args, { env: nix.environment, maxBuffer: 1e8 });
      return stdout.trim().split('\n');
    };
    const timed = async (commitId: string) => {
      const started = performance.now();
      await git.withTree(commitId, async () => {});
      return `${Math.round(performance.now() - started)} ms`;
    };
    const written = await timed(replica.before);
    const brought = await timed(replica.head);
    return {
      input: `${count} packages with sources, patches and meta, of ${packageCount}`,
      ours: { name: 'evaluateTree, all facts', run: () => git.withTree(replica.head, evaluate) },
      floor: { name: 'nix-instantiate', run: () => git.withTree(replica.head, instantiate) },
      note: () => `the tree before it: written in ${written}, brought 150 commits on in ${brought}`,
    };
  },
};
