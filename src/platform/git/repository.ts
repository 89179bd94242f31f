import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '../../foundation/errors.ts';
import { applyPatch } from './apply-patch.ts';
import { readObjects } from './cat-file.ts';
import { readDiff, readLog, readTree } from './commits.ts';
import { readDiffText } from './diff-text.ts';
import { exportTree } from './export-tree.ts';
import { fetchBranch } from './fetch-branch.ts';
import { fillTree } from './fill-partial.ts';
import { callGit, gitErrors, gitFailure, lastWords, mustGit, whenUnlocked } from './git-process.ts';
import { readHistory } from './history.ts';
import { importHistory } from './import-history.ts';
import { importTree } from './import-tree.ts';
import type { GitRepository } from './index.ts';
import { keptTrees } from './kept-trees.ts';
import { checkedReference, checkedRefName, checkedUrl } from './names.ts';
import { readPatchDigest, readPatchIds } from './patch-ids.ts';
import { fetchTag, listTags } from './tags.ts';
import { cherryPick, commitTree, mergeCommits, writeCommit } from './write-commit.ts';

const nothing = '0'.repeat(40);
const maxBlobBytes = 1024 * 1024 * 1024;
const maxFileBytes = 64 * 1024 * 1024;

/** A bare repository that exists. Nothing is read until the first call. */
export function openGit({ directory }: { readonly directory: string }): GitRepository {
  const resolve = async (reference: string): Promise<string | null> => {
    const { code, stdout, stderr } = await callGit(directory, {
      args: ['rev-parse', '--verify', '--quiet', '--end-of-options', `${checkedReference(reference)}^{commit}`],
    });
    if (code === 0) return stdout.toString('utf8').trim();
    if (code === 1 || /Needed a single revision|unknown revision|bad object|not a valid object/i.test(stderr))
      return null;
    throw gitFailure('rev-parse', code, stderr);
  };
  const repository: GitRepository = {
    directory,
    resolve,
    commit: async (reference) => {
      const [found] = (await resolve(reference)) === null ? [] : await readLog(directory, reference, { limit: 1 });
      if (found === undefined)
        throw new AppError(gitErrors.missing, `the repository has no commit ${reference.slice(0, 100)}`, {
          hint: 'Sync first, or check the name.',
        });
      return found;
    },
    log: (reference, options) => readLog(directory, reference, options),
    history: (reference, options) => readHistory(directory, reference, options),
    countCommits: async (reference, since = null) => {
      const without = since === null ? [] : [`^${checkedReference(since)}`];
      const args = ['rev-list', '--count', checkedReference(reference), ...without, '--'];
      return Number((await mustGit(directory, { args })).toString());
    },
    listTree: async (reference) => {
      await fillTree(directory, reference);
      return readTree(directory, reference);
    },
    readBlobs: async function* (objectIds) {
      for await (const { objectId, content } of readObjects({
        directory,
        names: objectIds,
        maxObjectBytes: maxBlobBytes,
      })) {
        if (content === null)
          throw new AppError(gitErrors.missing, `the repository lacks the object ${objectId}`, {
            hint: 'The repository is damaged or incomplete: run git fsck in it, or fetch it anew.',
          });
        yield { objectId, content };
      }
    },
    readFile: async (reference, path) => {
      if (path.includes('\n')) return null;
      const names = [`${checkedReference(reference)}:${path}`];
      for await (const { type, content } of readObjects({ directory, names, maxObjectBytes: maxFileBytes }))
        return type === 'blob' ? content : null;
      return null;
    },
    readFiles: async (reference, paths) => {
      const wanted = paths.filter((path) => !path.includes('\n'));
      const names = wanted.map((path) => `${checkedReference(reference)}:${path}`);
      const files = new Map<string, Buffer>();
      let at = 0;
      for await (const { type, content } of readObjects({ directory, names, maxObjectBytes: maxFileBytes })) {
        const path = wanted[at++];
        if (path !== undefined && type === 'blob' && content !== null) files.set(path, content);
      }
      return files;
    },
    diffText: (from, to, options) => readDiffText(directory, from, to, options),
    diffPaths: (from, to) => readDiff(directory, from, to),
    fetch: async (options) => {
      await fetchBranch({ directory, ...options });
      const commitId = await resolve(options.into);
      if (commitId === null)
        throw new AppError(gitErrors.fetchFailed, `${options.into} names no commit after the fetch`);
      return commitId;
    },
    updateRef: async (ref, to, from) => {
      const { code, stderr } = await callGit(directory, {
        args: ['update-ref', checkedRefName(ref), checkedReference(to), from ?? nothing],
      });
      if (code === 0) return;
      if (/but expected|already exists|unable to resolve reference|cannot lock ref/i.test(stderr))
        throw new AppError(gitErrors.refMoved, `${ref} was moved by someone else: ${lastWords(stderr)}`, {
          hint: 'Run the same step again; it starts from the new place.',
        });
      throw gitFailure('update-ref', code, stderr);
    },
    refs: async (prefix) => {
      const output = await mustGit(directory, {
        args: ['for-each-ref', '--format=%(objectname) %(objecttype) %(refname)', checkedReference(prefix)],
      });
      return output
        .toString('utf8')
        .split('\n')
        .map((line) => line.split(' '))
        .flatMap(([commitId = '', type, ref = '']) => (type === 'commit' ? [{ ref, commitId }] : []));
    },
    setHead: async (branch) => {
      const args = ['symbolic-ref', 'HEAD', checkedRefName(branch)];
      if ((await readIfAny(path.join(directory, 'HEAD'))) === `ref: ${branch}\n`) return;
      const { code, stderr } = await whenUnlocked(() => callGit(directory, { args }));
      if (code !== 0) throw gitFailure('symbolic-ref', code, stderr);
    },
    deleteRef: async (ref, from) => {
      await mustGit(directory, { args: ['update-ref', '-d', checkedRefName(ref), checkedReference(from)] });
    },
    takeRef: async ({ directory: other, ref, into }) => {
      await mustGit(directory, {
        args: [
          'fetch',
          '--quiet',
          '--no-tags',
          '--no-write-fetch-head',
          '--recurse-submodules=no',
          checkedUrl(other),
          `+${checkedRefName(ref)}:${checkedRefName(into)}`,
        ],
      });
    },
    isAncestor: async (ancestor, descendant) => {
      const { code, stderr } = await callGit(directory, {
        args: ['merge-base', '--is-ancestor', checkedReference(ancestor), checkedReference(descendant)],
      });
      if (code > 1) throw gitFailure('merge-base', code, stderr);
      return code === 0;
    },
    reachesAll: async (descendant, ancestors) => {
      if (ancestors.length === 0) return true;
      const lines = [...ancestors.map(checkedReference), `^${checkedReference(descendant)}`];
      const args = ['rev-list', '--max-count=1', '--stdin'];
      return (await mustGit(directory, { args, input: `${lines.join('\n')}\n` })).length === 0;
    },
    mergeBase: async (a, b) => {
      const { code, stdout, stderr } = await callGit(directory, {
        args: ['merge-base', checkedReference(a), checkedReference(b)],
      });
      if (code > 1) throw gitFailure('merge-base', code, stderr);
      return code === 0 ? stdout.toString('utf8').trim() : null;
    },
    writeCommit: (options) => writeCommit(directory, options),
    importHistory: (commits) => importHistory(directory, commits),
    importTree: (options) => importTree(directory, options),
    treeId: async (commitId, folder) => {
      const named =
        folder === null ? `${checkedReference(commitId)}^{tree}` : `${checkedReference(commitId)}:${folder}`;
      const { code, stdout } = await callGit(directory, {
        args: ['rev-parse', '--verify', '--quiet', '--end-of-options', named],
      });
      return code === 0 ? stdout.toString('utf8').trim() : null;
    },
    remoteTags: (options) => listTags({ directory, ...options }),
    fetchTag: (options) => fetchTag({ directory, ...options }),
    cherryPick: (options) => cherryPick(directory, options),
    applyPatch: (options) => applyPatch(directory, options),
    commitTree: (options) => commitTree(directory, options),
    patchIds: (options) => readPatchIds(directory, options),
    patchDigest: (from, to) => readPatchDigest(directory, from, to),
    merge: (options) => mergeCommits(directory, options),
    exportTree: (reference, into) => exportTree(repository, reference, into),
    withTree: (commitId, use) => trees(commitId, use),
  };
  const trees = keptTrees({ git: repository, directory: path.join(directory, 'trees') });
  return repository;
}

/** Makes an empty bare repository, or opens the one that is there. Also one that another git is just making, or was killed at. */
export async function initBare(directory: string): Promise<GitRepository> {
  if (await isBare(directory)) return openGit({ directory });
  const { code, stderr } = await whenUnlocked(() =>
    callGit(directory, { args: ['init', '--quiet', '--bare', '--template=', '--initial-branch=main'] }),
  );
  if (code !== 0) throw gitFailure('init', code, stderr);
  return openGit({ directory });
}

/** `2.39.5`, or null when there is no git program. */
export async function gitVersion(): Promise<string | null> {
  try {
    const { stdout } = await callGit(null, { args: ['--version'] });
    return /(\d+\.\d+(?:\.\d+)?)/.exec(stdout.toString('utf8'))?.[1] ?? null;
  } catch {
    return null;
  }
}

/** `objects/info` is what `git init` makes last. The files are asked, not git: every command opens a repository. */
async function isBare(directory: string): Promise<boolean> {
  if ((await readIfAny(path.join(directory, 'HEAD'))) === '') return false;
  const made = await stat(path.join(directory, 'objects', 'info')).catch(() => null);
  return made?.isDirectory() === true && /^\s*bare = true$/m.test(await readIfAny(path.join(directory, 'config')));
}

async function readIfAny(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => '');
}
