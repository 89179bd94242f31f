import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, realpath, rename, rm, rmdir, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import { writeEntries } from './export-tree.ts';
import type { GitRepository, PathChange } from './index.ts';
import { assertSafePaths } from './tree-paths.ts';

type Git = Pick<GitRepository, 'diffPaths' | 'listTree' | 'readBlobs' | 'resolve'>;

const mostWaiting = 3;
/** Above it, a folder written anew is no slower. */
const mostChanges = 10_000;
/** What is in use for so long was left behind by a process that died. */
const abandonedMs = 24 * 60 * 60 * 1000;
const waitingName = /^waiting-(?<boot>[0-9a-f-]{36})-(?<commitId>[0-9a-f]{40})-[0-9a-f-]{36}$/;

/**
 * Folders with the files of a commit, kept and brought to the next commit by what differs: to write the 45,000 files of Nixpkgs
 * takes longer than most of what is done with them. A folder is renamed while it is used, so that nobody else takes it, and
 * one that a killed process leaves is not taken for whole. Nor is one from before the machine started, which power may have
 * failed for.
 */
export function keptTrees(given: { readonly git: Git; readonly directory: string }): GitRepository['withTree'] {
  return async (commitId, use) => {
    const { git } = given;
    await mkdir(given.directory, { recursive: true });
    const place = await realpath(given.directory);
    const boot = await bootId();
    await clearAway(place, boot);
    const taken = path.join(place, `used-${randomUUID()}`);
    try {
      await bring({ git, place, taken, commitId });
    } catch (error) {
      await rm(taken, { recursive: true, force: true });
      throw error;
    }
    try {
      return await use(treeIn(taken));
    } finally {
      await touched(taken);
      await rename(taken, path.join(place, `waiting-${boot}-${commitId}-${randomUUID()}`));
    }
  };
}

/** Nix names a derivation that takes the whole tree as its source after the folder: as that of a fetched flake is named. */
function treeIn(folder: string): string {
  return path.join(folder, 'source');
}

async function bring(given: {
  readonly git: Git;
  readonly place: string;
  readonly taken: string;
  readonly commitId: string;
}): Promise<void> {
  const { git, taken, commitId } = given;
  const tree = treeIn(taken);
  const changes = await takeNearest(given);
  if (changes?.length === 0) return;
  const entries = await git.listTree(commitId);
  assertSafePaths(entries.map((entry) => entry.path));
  if (changes === null) {
    await mkdir(tree, { recursive: true });
    return writeEntries(git, entries, tree);
  }
  for (const { status, path: file } of changes)
    if (status !== 'added') await rm(path.join(tree, file), { recursive: true });
  for (const { status, path: file } of changes) if (status === 'deleted') await removeEmpty(tree, path.dirname(file));
  const changed = new Set(changes.flatMap((change) => (change.status === 'deleted' ? [] : [change.path])));
  await writeEntries(
    git,
    entries.filter((entry) => changed.has(entry.path)),
    tree,
  );
}

/** Renames the waiting folder that is nearest to a commit; what differs, or null when there is none near enough. */
async function takeNearest(given: Parameters<typeof bring>[0]): Promise<readonly PathChange[] | null> {
  const { git, place, taken, commitId } = given;
  const near: { readonly name: string; readonly changes: readonly PathChange[] }[] = [];
  for (const name of await readdir(place)) {
    const from = waitingName.exec(name)?.groups?.commitId;
    if (from === undefined || (await git.resolve(from)) === null) continue;
    const changes = from === commitId ? [] : await git.diffPaths(from, commitId);
    if (changes.length <= mostChanges) near.push({ name, changes });
  }
  for (const { name, changes } of near.sort((a, b) => a.changes.length - b.changes.length)) {
    const folder = path.join(place, name);
    if ((await touched(folder)) && (await renamed(folder, taken))) return changes;
  }
  return null;
}

/** False when somebody else was faster. */
function renamed(from: string, to: string): Promise<boolean> {
  return succeeds(rename(from, to));
}

function touched(folder: string): Promise<boolean> {
  const now = new Date();
  return succeeds(utimes(folder, now, now));
}

function succeeds(done: Promise<unknown>): Promise<boolean> {
  return done.then(
    () => true,
    () => false,
  );
}

/** Git knows no empty folders; an expression that lists a folder would see one. */
async function removeEmpty(tree: string, folder: string): Promise<void> {
  for (let at = folder; at !== '.'; at = path.dirname(at)) {
    if (!(await succeeds(rmdir(path.join(tree, at))))) return;
  }
}

async function clearAway(place: string, boot: string): Promise<void> {
  const waiting: { readonly folder: string; readonly since: number }[] = [];
  for (const name of await readdir(place)) {
    const folder = path.join(place, name);
    const since = await stat(folder).then(
      ({ mtimeMs }) => mtimeMs,
      () => null,
    );
    if (since === null) continue;
    const isWaiting = waitingName.exec(name)?.groups?.boot === boot;
    if (isWaiting) waiting.push({ folder, since });
    else if (name.startsWith('waiting-') || Date.now() - since > abandonedMs) await remove(folder);
  }
  const oldest = waiting.sort((a, b) => b.since - a.since).slice(mostWaiting);
  for (const { folder } of oldest) await remove(folder);
}

async function remove(folder: string): Promise<void> {
  const going = path.join(path.dirname(folder), `used-${randomUUID()}`);
  if (await renamed(folder, going)) await rm(going, { recursive: true, force: true });
}

/** Where the system has no such name, folders are kept for this process only. */
const ownId = randomUUID();
async function bootId(): Promise<string> {
  const text = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '');
  const id = text.trim();
  return /^[0-9a-f-]{36}$/.test(id) ? id : ownId;
}
