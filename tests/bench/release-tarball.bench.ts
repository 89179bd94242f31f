import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { composeTarball } from '../../src/pipeline/releases/compose-tarball.ts';
import { openGit } from '../../src/platform/git/repository.ts';
import { writeFileTree } from './file-tree.ts';
import type { Benchmark } from './measure.ts';

const run = promisify(execFile);

export const benchmark: Benchmark = {
  title: 'release tarball of a commit',
  runs: 3,
  prepare: async (folder) => {
    const tree = path.join(folder, 'tree');
    await writeFileTree(tree, { count: 10_000, sizeBytes: 4_000 });
    const as = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org'];
    await run('git', ['init', '--quiet', tree]);
    await run('git', ['-C', tree, 'add', '.']);
    await run('git', ['-C', tree, ...as, 'commit', '--quiet', '--message=tree'], { maxBuffer: 1e8 });
    await run('git', ['-C', tree, 'repack', '-adq']);
    const { stdout: commit } = await run('git', ['-C', tree, 'rev-parse', 'HEAD']);
    const git = openGit({ directory: path.join(tree, '.git') });
    const compose = async () => {
      const { stream } = composeTarball({ git, commitId: commit.trim(), lastModified: 1 });
      await pipeline(stream, createWriteStream(path.join(folder, 'ours.tar.gz')));
    };
    const archive = async () => {
      await run('sh', ['-c', `git -C "${tree}" archive --prefix=source/ HEAD | gzip -n > "${folder}/floor.tar.gz"`]);
    };
    await compose();
    await archive();
    await assertSameFiles(folder);
    return {
      input: '10,000 files, 40 MB',
      ours: { name: 'composeTarball, hashed on the way', run: compose },
      floor: { name: 'git archive | gzip -n', run: archive },
    };
  },
};

async function assertSameFiles(folder: string): Promise<void> {
  const list = async (name: string) => {
    const { stdout } = await run('tar', ['-tzf', path.join(folder, name)], { maxBuffer: 1e8 });
    return stdout.split('\n').sort().join('\n');
  };
  if ((await list('ours.tar.gz')) !== (await list('floor.tar.gz')))
    throw new Error('the archives hold different files');
}
