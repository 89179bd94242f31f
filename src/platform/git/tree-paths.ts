import { AppError } from '../../foundation/errors.ts';
import { gitErrors } from './git-process.ts';

/**
 * Refuses a tree that would be dangerous or ambiguous once written to a disk or a tarball: paths that leave it, `.git`
 * folders, one name twice, a file that is also a folder (which could lead a write through a symlink). Git itself never
 * makes such trees, but reads them.
 */
export function assertSafePaths(paths: Iterable<string>): void {
  const files = new Set<string>();
  const folders = new Set<string>();
  for (const path of paths) {
    assertSafePath(path);
    if (files.has(path)) throw unsafe(path, 'the same path stands twice');
    files.add(path);
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      const folder = path.slice(0, end);
      if (folders.has(folder)) break;
      folders.add(folder);
    }
  }
  for (const folder of folders) if (files.has(folder)) throw unsafe(folder, 'it is a file and a folder');
}

/** In bytes: what file systems take as one name, and what every system takes as a path with a store path before it. */
const longestName = 255;
const longestPath = 900;

export function assertSafePath(path: string): void {
  const segments = path.split('/');
  // Cheap first: no character has more than three bytes a code unit.
  if (path.length * 3 > longestName) {
    if (segments.some((name) => Buffer.byteLength(name) > longestName))
      throw unsafe(path, `a name has at most ${longestName} bytes`);
    if (Buffer.byteLength(path) > longestPath) throw unsafe(path, `a path has at most ${longestPath} bytes`);
  }
  const bad = segments.find((name) => name === '' || name === '.' || name === '..' || name.toLowerCase() === '.git');
  if (bad !== undefined || path.includes('\0')) throw unsafe(path, 'a path may not leave the tree or enter .git');
}

function unsafe(path: string, reason: string): AppError {
  return new AppError(gitErrors.unsafe, `the tree holds the path ${JSON.stringify(path.slice(0, 200))}: ${reason}`, {
    hint: 'No package set needs such a path: look at who made the commit, and remove the path in a new one.',
  });
}
