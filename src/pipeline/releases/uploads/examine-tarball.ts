import { createHash, randomUUID } from 'node:crypto';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { inNarOrder, type NarFile, narOf } from '../../../formats/nix/nar.ts';
import { AppError } from '../../../foundation/errors.ts';
import { type ByteReader, readBytes, tarballFault } from './byte-reader.ts';
import { type FoundEntry, nextEntry, skipPadding } from './tar-entries.ts';

/** What Nix will find when it unpacks a tarball. */
export interface ExaminedTarball {
  /** SRI form, of the tree below the one folder at the top. */
  readonly narHash: string;
  /** Unix seconds: the newest time in it, as Nix takes it. */
  readonly lastModified: number;
}

export interface TarballLimits {
  readonly unpackedBytes: number;
  readonly fileBytes: number;
  readonly entries: number;
  readonly timeMs: number;
}

export const tarballLimits: TarballLimits = {
  unpackedBytes: 4 * 1024 ** 3,
  fileBytes: 256 * 1024 ** 2,
  entries: 500_000,
  timeMs: 10 * 60_000,
};

/** A file or an empty folder of the tree, and where its content lies in the scratch file. */
interface Kept {
  readonly path: string;
  readonly kind: NarFile['kind'];
  readonly at: number;
  readonly sizeBytes: number;
  readonly target: string;
}

/**
 * Reads a gzipped tar archive of a flake and refuses, with `releases.tarball`, what Nix could not unpack or would unpack as
 * something else. Nothing is ever unpacked by name: the contents go one after the other into a scratch file that has no
 * name, so that the NAR hash can be taken whatever the order of the entries.
 */
export async function examineTarball(
  stream: Readable,
  { flakeFile, limits = tarballLimits }: { readonly flakeFile: string; readonly limits?: TarballLimits },
): Promise<ExaminedTarball> {
  const gunzip = createGunzip({ chunkSize: 256 * 1024 });
  const signal = AbortSignal.timeout(limits.timeMs);
  const stop = () => gunzip.destroy(new AppError(tarballFault, 'it takes too long to read'));
  signal.addEventListener('abort', stop);
  stream.on('error', (error) => gunzip.destroy(error));
  const scratch = await scratchFile();
  try {
    const { tree, lastModified } = await readTree(
      readBytes(stream.pipe(gunzip), limits.unpackedBytes),
      scratch,
      limits,
    );
    if (!tree.some(({ path: file, kind }) => file === flakeFile && (kind === 'regular' || kind === 'executable')))
      throw new AppError(tarballFault, `there is no ${flakeFile} in it`);
    const hash = createHash('sha256');
    for await (const piece of narOf(contentsOf(inNarOrder(tree), scratch))) hash.update(piece);
    return { narHash: `sha256-${hash.digest('base64')}`, lastModified };
  } catch (error) {
    throw isZlib(error) ? new AppError(tarballFault, 'it is not packed with gzip, or broken', { cause: error }) : error;
  } finally {
    signal.removeEventListener('abort', stop);
    stream.destroy();
    gunzip.destroy();
    await scratch.close();
  }
}

async function readTree(reader: ByteReader, scratch: FileHandle, limits: TarballLimits) {
  const found = new Map<string, Kept>();
  let top: string | null = null;
  let lastModified = 0;
  let at = 0;
  for (;;) {
    const entry = await nextEntry(reader);
    if (entry === null) break;
    if (found.size >= limits.entries) throw new AppError(tarballFault, `it holds more than ${limits.entries} entries`);
    if (entry.sizeBytes > limits.fileBytes)
      throw new AppError(tarballFault, `${shown(entry.path)} has more than ${limits.fileBytes} bytes`);
    const [first = '', ...names] = namesOf(entry.path);
    top ??= first;
    if (first !== top) throw new AppError(tarballFault, `it has ${shown(first)} beside the one folder ${shown(top)}`);
    if (names.length === 0 && entry.kind !== 'directory')
      throw new AppError(tarballFault, `${shown(first)} at its top is not a folder`);
    const name = names.join('/');
    if (found.has(name)) throw new AppError(tarballFault, `${shown(entry.path)} comes twice in it`);
    found.set(name, { ...keptOf(entry), path: name, at });
    lastModified = Math.max(lastModified, entry.mtime);
    await reader.pour(entry.sizeBytes, async (piece) => {
      await scratch.write(piece, 0, piece.length, at);
      at += piece.length;
    });
    await skipPadding(reader, entry.sizeBytes);
  }
  await reader.drain();
  return { tree: leavesOf(found), lastModified };
}

function keptOf({ kind, target, sizeBytes }: FoundEntry): Pick<Kept, 'kind' | 'target' | 'sizeBytes'> {
  return { kind: kind === 'directory' ? 'empty-folder' : kind, target, sizeBytes };
}

/** Without the folders that hold something; nothing may lie below what is no folder. */
function leavesOf(found: ReadonlyMap<string, Kept>): readonly Kept[] {
  const filled = new Set<string>(['']);
  for (const name of found.keys()) {
    for (let slash = name.lastIndexOf('/'); slash > 0; slash = name.lastIndexOf('/', slash - 1)) {
      const folder = name.slice(0, slash);
      const above = found.get(folder);
      if (above !== undefined && above.kind !== 'empty-folder')
        throw new AppError(tarballFault, `${shown(name)} lies below ${shown(folder)}, which is not a folder`);
      filled.add(folder);
    }
  }
  return [...found.values()].filter(({ path: name }) => !filled.has(name));
}

function namesOf(entryPath: string): readonly string[] {
  const names = entryPath
    .replace(/^(?:\.\/)+/, '')
    .replace(/\/+$/, '')
    .split('/');
  const strange = names.find(
    (name) => name === '' || name === '.' || name === '..' || name === '.git' || name.includes('\0'),
  );
  if (strange !== undefined || entryPath.length > 4096 || !entryPath.isWellFormed())
    throw new AppError(tarballFault, `${shown(entryPath)} is not a path that may stand in it`);
  return names;
}

async function* contentsOf(tree: readonly Kept[], scratch: FileHandle): AsyncGenerator<NarFile> {
  for (const { path: name, kind, at, sizeBytes, target } of tree) {
    if (kind === 'symlink') {
      yield { path: name, kind, content: Buffer.from(target) };
      continue;
    }
    const content = Buffer.alloc(sizeBytes);
    if (sizeBytes > 0) await scratch.read(content, 0, sizeBytes, at);
    yield { path: name, kind, content };
  }
}

async function scratchFile(): Promise<FileHandle> {
  const name = path.join(tmpdir(), `snowguard-upload-${randomUUID()}`);
  const handle = await open(name, 'wx+', 0o600);
  await rm(name);
  return handle;
}

function isZlib(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('Z_');
}

function shown(text: string): string {
  return JSON.stringify(text.slice(0, 100));
}
