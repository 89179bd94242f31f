import { AppError } from '../../foundation/errors.ts';

/**
 * The Nix archive: a folder as one canonical stream of bytes, whose SHA-256 is a `narHash`. Every token is its length in
 * 8 bytes, its bytes and zeros up to a multiple of 8; a folder `d` with a file `a` is
 *
 *     "nix-archive-1" "(" "type" "directory"
 *       "entry" "(" "name" "a" "node" "(" "type" "regular" "contents" "hello\n" ")" ")"
 *     ")"
 *
 * https://nix.dev/manual/nix/latest/protocols/nix-archive
 */
export interface NarFile {
  /** From the root, with `/` between names. */
  readonly path: string;
  readonly kind: 'regular' | 'executable' | 'symlink' | 'empty-folder';
  /** What the file holds, or where the symlink points; of an empty folder nothing. */
  readonly content: Uint8Array;
}

const narErrors = {
  badPath: { code: 'nar.bad-path', retryable: false },
  unordered: { code: 'nar.unordered', retryable: false },
} as const;

const zeros = Buffer.alloc(8);
const begin = tokens('nix-archive-1', '(', 'type', 'directory');
const entryName = tokens('entry', '(', 'name');
const node = tokens('node');
const directory = tokens('(', 'type', 'directory');
const close = tokens(')');
const closeTwice = tokens(')', ')');
const heads = {
  regular: tokens('(', 'type', 'regular', 'contents'),
  executable: tokens('(', 'type', 'regular', 'executable', '', 'contents'),
  symlink: tokens('(', 'type', 'symlink', 'target'),
} as const;

/** Sorted as an archive holds them: folder by folder, names by their bytes. */
export function inNarOrder<Entry extends { readonly path: string }>(entries: readonly Entry[]): readonly Entry[] {
  // No name holds NUL, so that it stands in for the end of a name, which comes before every other byte.
  return entries
    .map((entry) => ({ entry, key: Buffer.from(entry.path.replaceAll('/', '\0')) }))
    .sort((a, b) => Buffer.compare(a.key, b.key))
    .map(({ entry }) => entry);
}

/**
 * The archive of a folder with these files, which come in the order of `inNarOrder`; one file is held at a time. Folders
 * stand where their first file does; one without any (git knows none) is named itself. Throws `nar.bad-path` and `nar.unordered`.
 */
export async function* narOf(files: AsyncIterable<NarFile> | Iterable<NarFile>): AsyncGenerator<Uint8Array> {
  // What stands between the contents of two files.
  const frame: Uint8Array[] = [begin];
  let before: readonly string[] = [];
  for await (const { path, kind, content } of files) {
    const names = path.split('/');
    for (const name of names) checkName(name, path);
    const shared = sharedFolders(before, names, path);
    for (let depth = before.length - 1; depth > shared; depth--) frame.push(closeTwice);
    for (const folder of names.slice(shared, -1)) frame.push(entryName, token(folder), node, directory);
    frame.push(entryName, token(names.at(-1) ?? ''), node);
    if (kind === 'empty-folder') frame.push(directory, closeTwice);
    else {
      frame.push(heads[kind], lengthOf(content));
      yield Buffer.concat(frame.splice(0));
      yield content;
      frame.push(paddingOf(content), closeTwice);
    }
    before = names;
  }
  for (let depth = before.length - 1; depth > 0; depth--) frame.push(closeTwice);
  yield Buffer.concat([...frame, close]);
}

/** How many folders two neighbours have in common; the later one must come after the earlier one. */
function sharedFolders(before: readonly string[], names: readonly string[], path: string): number {
  if (before.length === 0) return 0;
  let shared = 0;
  while (before[shared] !== undefined && before[shared] === names[shared]) shared++;
  const [earlier, later] = [before[shared], names[shared]];
  if (earlier === undefined || later === undefined || Buffer.compare(Buffer.from(earlier), Buffer.from(later)) >= 0)
    throw new AppError(
      narErrors.unordered,
      `${JSON.stringify(path.slice(0, 200))} does not come after ${JSON.stringify(before.join('/').slice(0, 200))}`,
    );
  return shared;
}

function checkName(name: string, path: string): void {
  if (name !== '' && name !== '.' && name !== '..' && !name.includes('\0') && name.isWellFormed()) return;
  throw new AppError(narErrors.badPath, `${JSON.stringify(path.slice(0, 200))} is no path in an archive`);
}

function tokens(...texts: readonly string[]): Buffer {
  return Buffer.concat(texts.map(token));
}

function token(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([lengthOf(bytes), bytes, paddingOf(bytes)]);
}

function lengthOf(bytes: Uint8Array): Buffer {
  const length = Buffer.alloc(8);
  length.writeUInt32LE(bytes.length % 2 ** 32);
  length.writeUInt32LE(Math.floor(bytes.length / 2 ** 32), 4);
  return length;
}

function paddingOf(bytes: Uint8Array): Buffer {
  return zeros.subarray(0, (8 - (bytes.length % 8)) % 8);
}
