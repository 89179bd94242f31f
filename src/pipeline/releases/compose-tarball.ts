import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { inNarOrder, narOf } from '../../formats/nix/nar.ts';
import { AppError } from '../../foundation/errors.ts';
import type { GitRepository, TreeEntry } from '../../platform/git/index.ts';
import { type Progress, silentProgress } from '../../platform/log/index.ts';
import { gzipped } from './gzip.ts';
import { assertPublishable } from './publishable-tree.ts';
import { type TarEntry, tarEnd, tarHeader, tarPadding } from './tar.ts';

/** What is known once the stream has ended. */
export interface TarballFacts {
  /** SRI form of the NAR hash of the tree: what `nix hash path` says of the unpacked folder. */
  readonly narHash: string;
  readonly sizeBytes: number;
  /** Of the packed bytes, hexadecimal. */
  readonly sha256: string;
}

const root = 'source';
const writeTogether = 256 * 1024;

/**
 * The tree of a commit as `source/…` in a gzipped tar archive, every entry with one time, in one pass over the
 * repository. Read `stream` to its end; `facts` follows, and fails as the stream fails.
 */
export function composeTarball(options: {
  readonly git: Pick<GitRepository, 'listTree' | 'readBlobs'>;
  readonly commitId: string;
  /** Unix seconds. */
  readonly lastModified: number;
  readonly progress?: Progress;
}): { readonly stream: Readable; readonly facts: Promise<TarballFacts> } {
  const { promise, resolve, reject } = Promise.withResolvers<TarballFacts>();
  // Whoever reads the stream sees the failure there.
  promise.catch(() => {});
  async function* packed(): AsyncGenerator<Uint8Array> {
    const nar = createHash('sha256');
    const all = createHash('sha256');
    let sizeBytes = 0;
    let ended = false;
    try {
      for await (const chunk of gzipped(tarOf(options, (bytes) => nar.update(bytes)))) {
        all.update(chunk);
        sizeBytes += chunk.length;
        yield chunk;
      }
      ended = true;
      resolve({ narHash: `sha256-${nar.digest('base64')}`, sizeBytes, sha256: all.digest('hex') });
    } catch (error) {
      reject(error);
      throw error;
    } finally {
      if (!ended)
        reject(new AppError({ code: 'releases.cut', retryable: true }, 'the tarball was not read to its end'));
    }
  }
  return { stream: Readable.from(packed(), { objectMode: false }), facts: promise };
}

async function* tarOf(
  options: Parameters<typeof composeTarball>[0],
  onNar: (bytes: Uint8Array) => void,
): AsyncGenerator<Uint8Array> {
  const entries = await options.git.listTree(options.commitId);
  assertPublishable(entries, options.commitId);
  const progress = options.progress ?? silentProgress;
  const ordered = inNarOrder(entries);
  const pieces = collector();
  // The archive is written while the NAR is drawn from the same contents; it runs ahead by at most one file.
  const nar = narOf(filesOf(options, ordered, pieces.add))[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await nar.next();
      if (next.done === true) break;
      onNar(next.value);
      if (pieces.size() < writeTogether) continue;
      yield pieces.take();
      progress.advance(pieces.files(), ordered.length, 'files packed');
    }
  } finally {
    await nar.return?.(undefined);
  }
  progress.advance(ordered.length, ordered.length, 'files packed');
  pieces.add(tarEnd);
  yield pieces.take();
}

async function* filesOf(
  options: Parameters<typeof composeTarball>[0],
  ordered: readonly TreeEntry[],
  write: (bytes: Uint8Array, file?: boolean) => void,
) {
  const mtime = options.lastModified;
  const folders = new Set<string>();
  const writeFolder = (path: string) => {
    if (folders.has(path)) return;
    const parent = path.lastIndexOf('/');
    if (parent > 0) writeFolder(path.slice(0, parent));
    folders.add(path);
    write(tarHeader({ kind: 'directory', path }, mtime));
  };
  writeFolder(root);
  let at = 0;
  for await (const { content } of options.git.readBlobs(ordered.map((entry) => entry.objectId))) {
    const entry = ordered[at++];
    if (entry === undefined) break;
    const path = `${root}/${entry.path}`;
    writeFolder(path.slice(0, path.lastIndexOf('/')));
    const kind = kindOf(entry);
    const tar: TarEntry =
      kind === 'symlink' ? { kind, path, target: content } : { kind, path, sizeBytes: content.length };
    write(tarHeader(tar, mtime), true);
    if (kind !== 'symlink') {
      write(content);
      write(tarPadding(content.length));
    }
    yield { path: entry.path, kind, content };
  }
}

function kindOf(entry: TreeEntry): 'regular' | 'executable' | 'symlink' {
  return entry.mode === '120000' ? 'symlink' : entry.mode === '100755' ? 'executable' : 'regular';
}

function collector() {
  let parts: Uint8Array[] = [];
  let size = 0;
  let files = 0;
  return {
    add: (bytes: Uint8Array, file = false) => {
      parts.push(bytes);
      size += bytes.length;
      if (file) files++;
    },
    size: () => size,
    files: () => files,
    take: () => {
      const all = Buffer.concat(parts);
      parts = [];
      size = 0;
      return all;
    },
  };
}
