import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { openGit } from '../../src/platform/git/repository.ts';
import { nixForTests } from '../../src/platform/nix-tool/testing.ts';
import type { Benchmark } from './measure.ts';
import { nixpkgsReplica } from './nixpkgs-replica.ts';

const run = promisify(execFile);
const largest = { maxBuffer: 1e8 };
const mostResidentBytes = 300_000_000;

export const benchmark: Benchmark = {
  title: 'release of a commit: tarball and NAR hash in one pass',
  runs: 3,
  prepare: async (folder) => {
    const nix = await nixForTests();
    if (nix === null) return { missing: 'no Nix' };
    const { directory, head } = await nixpkgsReplica();
    const tree = path.join(folder, 'source');
    await openGit({ directory }).exportTree(head, tree);
    const [own, floor] = [path.join(folder, 'ours.tar.gz'), path.join(folder, 'floor.tar.gz')];
    let residentBytes = 0;
    const compose = async () => {
      const script = path.join(import.meta.dirname, 'compose-process.ts');
      const { stdout } = await run(process.execPath, [script, directory, head, own]);
      const made = JSON.parse(stdout) as { readonly narHash: string; readonly residentBytes: number };
      residentBytes = Math.max(residentBytes, made.residentBytes);
      if (residentBytes > mostResidentBytes) throw new Error(`composing took ${residentBytes} bytes of memory`);
      return made.narHash;
    };
    const archive = async () => {
      await run('sh', ['-c', `git --git-dir "${directory}" archive --prefix=source/ ${head} | gzip -n > "${floor}"`]);
      const { stdout } = await run(
        nix.program,
        ['hash', 'path', tree, '--extra-experimental-features', 'nix-command'],
        {
          env: nix.environment,
        },
      );
      return stdout.trim();
    };
    await compose();
    await archive();
    if ((await namesIn(own)) !== (await namesIn(floor))) throw new Error('the archives hold different files');
    return {
      input: '45,000 files of 100,000 commits',
      ours: { name: 'composeTarball, a process of its own', run: compose },
      floor: { name: 'git archive | gzip -n; nix hash path', run: archive },
      note: () => `at most ${Math.round(residentBytes / 1e6)} MB resident`,
    };
  },
};

async function namesIn(archive: string): Promise<string> {
  const { stdout } = await run('tar', ['-tzf', archive], largest);
  return stdout.split('\n').sort().join('\n');
}
