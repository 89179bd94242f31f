import { AppError } from '../../foundation/errors.ts';
import { type ListedNode, type Listing, type NarLimits, narReadErrors } from './nar-listing.ts';

/** Reads an archive piece by piece as it arrives, holding no more than a name at a time. */
export interface NarReader {
  /** Throws `nar.malformed` or `nar.too-large` as soon as it is seen. */
  readonly push: (bytes: Uint8Array) => void;
  /** Throws `nar.malformed` when the archive is not complete. */
  readonly end: () => Listing;
}

const longestName = 255;
const longestTarget = 4_096;

/**
 * Checks that bytes are one well-formed archive (see nar.ts for its form) and lists what is in it: names in order and
 * each once, none that leads elsewhere, padding of zeros, nothing behind the end. The contents of an archive that is one plain
 * file are shown as they pass.
 */
export function createNarReader(limits: NarLimits, onContents: (bytes: Uint8Array) => void = () => {}): NarReader {
  let offset = 0;
  let nodes = 0;
  let root: ListedNode | null = null;
  const walk = archive();
  // What the parser waits for: so many bytes to be given to it, or to be passed over.
  let wanted = walk.next().value as Want | undefined;
  let held: Buffer = Buffer.alloc(0);
  let left = wanted?.size ?? 0;

  function* archive(): Generator<Want, void, Buffer> {
    yield* literal('the first word', 'nix-archive-1');
    root = yield* node(0);
  }

  function* token(most: number): Generator<Want, Buffer, Buffer> {
    const size = lengthOf(yield { size: 8, kind: 'held' });
    if (size > most) throw malformed(`a token of ${size} bytes where at most ${most} may stand`, offset);
    const bytes = size === 0 ? Buffer.alloc(0) : yield { size, kind: 'held' };
    yield* padding(size);
    return bytes;
  }

  function* padding(size: number): Generator<Want, void, Buffer> {
    const rest = (8 - (size % 8)) % 8;
    if (rest === 0) return;
    const zeros = yield { size: rest, kind: 'held' };
    if (zeros.some((byte) => byte !== 0)) throw malformed('padding that is not zero', offset);
  }

  function* literal(what: string, ...expected: readonly string[]): Generator<Want, string, Buffer> {
    const found = (yield* token(16)).toString('latin1');
    if (!expected.includes(found)) throw malformed(`${what}: ${JSON.stringify(found)} is unexpected`, offset);
    return found;
  }

  function* node(depth: number): Generator<Want, ListedNode, Buffer> {
    if (depth > limits.depth) throw malformed(`folders nested deeper than ${limits.depth}`, offset);
    if (++nodes > limits.entries)
      throw new AppError(narReadErrors.tooLarge, `the archive holds more than ${limits.entries} files`);
    yield* literal('node', '(');
    yield* literal('node', 'type');
    switch (yield* literal('type', 'regular', 'symlink', 'directory')) {
      case 'regular':
        return yield* regular(depth === 0);
      case 'symlink':
        return yield* symlink();
      default:
        return yield* directory(depth);
    }
  }

  function* regular(isRoot: boolean): Generator<Want, ListedNode, Buffer> {
    const isExecutable = (yield* literal('file', 'executable', 'contents')) === 'executable';
    if (isExecutable) {
      yield* token(0);
      yield* literal('file', 'contents');
    }
    const facts = isExecutable ? { executable: true } : {};
    const size = lengthOf(yield { size: 8, kind: 'held' });
    const narOffset = offset;
    if (size > 0) yield { size, kind: isRoot && !isExecutable ? 'shown' : 'passed' };
    yield* padding(size);
    yield* literal('file', ')');
    return { type: 'regular', size, ...facts, narOffset };
  }

  function* symlink(): Generator<Want, ListedNode, Buffer> {
    yield* literal('symlink', 'target');
    const target = yield* token(longestTarget);
    if (target.length === 0 || target.includes(0)) throw malformed('a symlink without a target', offset);
    yield* literal('symlink', ')');
    return { type: 'symlink', target: target.toString() };
  }

  function* directory(depth: number): Generator<Want, ListedNode, Buffer> {
    const entries: Record<string, ListedNode> = Object.create(null);
    let last: Buffer | null = null;
    while ((yield* literal('directory', 'entry', ')')) === 'entry') {
      yield* literal('entry', '(');
      yield* literal('entry', 'name');
      const name = yield* token(longestName);
      checkName(name, last, offset);
      last = name;
      yield* literal('entry', 'node');
      entries[name.toString()] = yield* node(depth + 1);
      yield* literal('entry', ')');
    }
    return { type: 'directory', entries };
  }

  function given(bytes: Buffer): void {
    const next = walk.next(bytes);
    wanted = next.done === true ? undefined : next.value;
    left = wanted?.size ?? 0;
  }

  return {
    push: (chunk) => {
      const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      let at = 0;
      while (at < bytes.length) {
        if (wanted === undefined) throw malformed('bytes behind the end', offset);
        const taken = Math.min(left, bytes.length - at);
        offset += taken;
        if (offset > limits.bytes)
          throw new AppError(narReadErrors.tooLarge, `the archive is larger than ${limits.bytes} bytes`);
        const part = bytes.subarray(at, at + taken);
        at += taken;
        left -= taken;
        if (wanted.kind === 'held') held = held.length === 0 ? part : Buffer.concat([held, part]);
        else if (wanted.kind === 'shown') onContents(part);
        if (left > 0) continue;
        const whole = held;
        held = Buffer.alloc(0);
        given(whole);
      }
      // A view of a chunk would keep the whole chunk.
      if (held.length > 0) held = Buffer.from(held);
    },
    end: () => {
      if (wanted !== undefined || root === null) throw malformed('it ends too early', offset);
      return { version: 1, root };
    },
  };
}

interface Want {
  readonly size: number;
  readonly kind: 'held' | 'passed' | 'shown';
}

function lengthOf(bytes: Buffer): number {
  const high = bytes.readUInt32LE(4);
  if (high > 0xffff) throw malformed('a length of more than 48 bits', 0);
  return high * 2 ** 32 + bytes.readUInt32LE(0);
}

function checkName(name: Buffer, before: Buffer | null, offset: number): void {
  const text = name.toString('latin1');
  if (text === '' || text === '.' || text === '..' || /[/\0]/.test(text))
    throw malformed(`the name ${JSON.stringify(text.slice(0, 60))}`, offset);
  if (before !== null && Buffer.compare(before, name) >= 0) throw malformed('names out of order, or one twice', offset);
}

function malformed(what: string, offset: number): AppError {
  return new AppError(narReadErrors.malformed, `not a well-formed archive at byte ${offset}: ${what}`);
}
