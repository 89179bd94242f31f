import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { replaySeries } from '../../src/pipeline/changes/series/replay-series.ts';
import { openGit } from '../../src/platform/git/repository.ts';
import { writeFileTree } from './file-tree.ts';
import type { Benchmark } from './measure.ts';

const run = promisify(execFile);
const patches = 200;
const files = 45_000;

/** A series of 200 patches onto a newer upstream of Nixpkgs' size: by tree objects, and by `git am` in a work tree. */
export const benchmark: Benchmark = {
  title: 'replay of a series of patches',
  runs: 3,
  prepare: async (folder) => {
    const tree = path.join(folder, 'tree');
    const mails = path.join(folder, 'patches');
    await writeFileTree(tree, { count: files, sizeBytes: 600 });
    await mkdir(mails);
    const as = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', '-c', 'gc.auto=0'];
    const git = (...args: readonly string[]) => run('git', ['-C', tree, ...as, ...args], { maxBuffer: 1e9 });
    const fileOf = (at: number) => `by-name-${Math.floor(at / 500)}/package-${Math.floor(at / 10)}/file-${at % 10}.nix`;
    await run('git', ['init', '--quiet', '--initial-branch=main', tree]);
    await git('add', '.');
    await git('commit', '--quiet', '--message=base');
    for (let at = 0; at < patches; at++) {
      await writeFile(path.join(tree, fileOf(at * 200)), `patched ${at}\n`);
      await git('commit', '--quiet', '--all', `--message=patch ${at}`);
    }
    await git('format-patch', '--quiet', '--output-directory', mails, 'HEAD~200');
    const ids = (await git('rev-list', '--reverse', 'HEAD~200..HEAD')).stdout.trim().split('\n');
    await git('checkout', '--quiet', '-b', 'upstream', 'HEAD~200');
    for (let at = 0; at < 150; at++) await writeFile(path.join(tree, fileOf(at * 200 + 7)), `upstream ${at}\n`);
    await git('commit', '--quiet', '--all', '--message=upstream');
    await git('repack', '-adq');
    const upstream = (await git('rev-parse', 'HEAD')).stdout.trim();
    const since = (await git('rev-parse', 'HEAD~1')).stdout.trim();
    const repository = openGit({ directory: path.join(tree, '.git') });
    const facts = {
      fixes: [],
      origin: 'own',
      originUrl: null,
      upstreamStatus: 'not_sent',
      upstreamUrl: null,
      reason: null,
      dropWhen: null,
    } as const;
    const series = ids.map((commitId, at) => ({
      id: String(at),
      channel: 'rolling',
      commitId,
      subject: `patch ${at}`,
      author: 'Ada',
      facts,
      addedAt: 0,
      dropped: null,
    }));
    const treeOf = async (reference: string) => (await git('rev-parse', `${reference}^{tree}`)).stdout.trim();
    return {
      input: `${patches} patches, ${files} files`,
      ours: {
        name: 'replaySeries, no work tree',
        run: async () => {
          const replayed = await replaySeries({ git: repository, upstream, since, series });
          return replayed.kind === 'replayed' ? treeOf(replayed.tip) : replayed.kind;
        },
      },
      floor: {
        name: 'git am in a work tree that is there',
        run: async () => {
          await git('reset', '--quiet', '--hard', upstream);
          const names = ids.map((_, at) => path.join(mails, `${String(at + 1).padStart(4, '0')}-patch-${at}.patch`));
          await git('am', '--quiet', ...names);
          return treeOf('HEAD');
        },
      },
    };
  },
};
