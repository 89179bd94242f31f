import { AppError } from '../../foundation/errors.ts';
import { parseJson } from './parse-json.ts';
import { jsonErrors } from './shape.ts';

/**
 * Cuts one large document into its elements without building it: `{"count":2,"vulnerabilities":[{…},{…}]}` with the path
 * `['vulnerabilities']` gives `2` as a scalar and each `{…}` as an element. `*` in a path is any key. Source: RFC 8259.
 */
export type JsonElement =
  /** `key` is null in a list. */
  | { readonly kind: 'element'; readonly path: readonly string[]; readonly key: string | null; readonly text: string }
  | { readonly kind: 'too-large'; readonly path: readonly string[]; readonly key: string | null; readonly head: string }
  /** A plain member of the outermost object, outside the path. */
  | { readonly kind: 'scalar'; readonly key: string; readonly text: string };

export interface ElementOptions {
  readonly path: readonly string[];
  readonly maxElementBytes: number;
}

/** Memory is bounded by the largest element allowed. A broken or truncated document throws `json.malformed` after its whole elements. */
export async function* jsonElements(
  chunks: AsyncIterable<Uint8Array>,
  options: ElementOptions,
): AsyncGenerator<JsonElement> {
  const cutter = createCutter(options);
  for await (const chunk of chunks) {
    const found: JsonElement[] = [];
    let failure: unknown = null;
    try {
      cutter.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength), found);
    } catch (error) {
      failure = error;
    }
    yield* found;
    if (failure !== null) throw failure;
  }
  cutter.finish();
}

const maxScalarBytes = 1000;
const maxKeyBytes = 10_000;

interface Capture {
  readonly kind: 'element' | 'scalar' | 'key';
  readonly depth: number;
  readonly limit: number;
  pieces: Buffer[];
  size: number;
  from: number;
  /** Where this capture is left when the next separator at its depth comes: after a string or a number. */
  isPlain: boolean;
}

function createCutter({ path, maxElementBytes }: ElementOptions) {
  /** `{` and `[` as pushed, one bit each would do; only as deep as the path is looked into. */
  const keys: (string | null)[] = [];
  const isObject: boolean[] = [];
  let depth = 0;
  let inString = false;
  let escaped = false;
  let expectsValue = true;
  let isDone = false;
  let foundContainer = false;
  let capture: Capture | null = null;

  const isOnPath = (level: number) => {
    for (let index = 0; index < level - 1; index++)
      if (path[index] !== '*' && path[index] !== keys[index]) return false;
    return true;
  };

  const take = (current: Capture, chunk: Buffer, until: number) => {
    if (current.size <= current.limit && until > current.from) {
      current.pieces.push(chunk.subarray(current.from, until));
      current.size += until - current.from;
    } else if (until > current.from) current.size += until - current.from;
  };

  const close = (chunk: Buffer, until: number, found: JsonElement[]) => {
    const current = capture;
    if (current === null) return;
    capture = null;
    take(current, chunk, until);
    const text = Buffer.concat(current.pieces).toString('utf8').trim();
    const key = keys[depth - 1] ?? null;
    if (current.kind === 'key') {
      if (current.size > current.limit) throw malformed('a key is too long');
      keys[depth - 1] = String(parseJson(text));
    } else if (current.kind === 'scalar') {
      if (key !== null && current.size <= current.limit) found.push({ kind: 'scalar', key, text });
    } else {
      const where = keys.slice(0, depth - 1).map(String);
      if (current.size > current.limit) found.push({ kind: 'too-large', path: where, key, head: text.slice(0, 2000) });
      else found.push({ kind: 'element', path: where, key, text });
    }
  };

  const open = (kind: Capture['kind'], from: number, isPlain: boolean, limit: number) => {
    capture = { kind, depth, limit, pieces: [], size: 0, from, isPlain };
  };

  /** A value begins at `index` in the container at `depth`: capture it, or go on looking. */
  const beginValue = (index: number, isPlain: boolean) => {
    expectsValue = false;
    if (capture !== null) return;
    if (depth === path.length + 1 && isOnPath(depth)) open('element', index, isPlain, maxElementBytes);
    else if (depth === 1 && isPlain && isObject[0] === true) open('scalar', index, isPlain, maxScalarBytes);
  };

  return {
    push: (chunk: Buffer, found: JsonElement[]) => {
      if (capture !== null) (capture as Capture).from = 0;
      for (let index = 0; index < chunk.length; index++) {
        const byte = chunk[index] as number;
        if (inString) {
          if (escaped) escaped = false;
          else if (byte === 0x5c) escaped = true;
          else if (byte === 0x22) {
            inString = false;
            if (capture?.kind === 'key') close(chunk, index + 1, found);
          }
          continue;
        }
        if (byte === 0x22) {
          inString = true;
          if (depth === 0) throw malformed('it is not an object or a list');
          if (expectsValue) beginValue(index, true);
          else if (capture === null && isObject[depth - 1] === true && depth <= path.length + 1)
            open('key', index, true, maxKeyBytes);
        } else if (byte === 0x7b || byte === 0x5b) {
          if (isDone) throw malformed('something follows its end');
          if (depth > 0) beginValue(index, false);
          isObject[depth] = byte === 0x7b;
          keys[depth] = null;
          depth++;
          expectsValue = byte === 0x5b;
          if (depth === path.length + 1 && isOnPath(depth)) foundContainer = true;
          if (depth > 10_000) throw new AppError(jsonErrors.tooDeep, 'nested deeper than 10000');
        } else if (byte === 0x7d || byte === 0x5d) {
          if (capture?.isPlain === true && capture.depth === depth) close(chunk, index, found);
          if (depth === 0 || isObject[depth - 1] !== (byte === 0x7d)) throw malformed('brackets do not match');
          depth--;
          expectsValue = false;
          if (capture !== null && (capture as Capture).depth === depth) close(chunk, index + 1, found);
          isDone = depth === 0;
        } else if (byte === 0x2c) {
          if (capture?.isPlain === true && capture.depth === depth) close(chunk, index, found);
          expectsValue = isObject[depth - 1] === false;
        } else if (byte === 0x3a) expectsValue = true;
        else if (byte > 0x20) {
          // Byte order mark before the document.
          if (depth === 0 && !isDone && (byte === 0xef || byte === 0xbb || byte === 0xbf)) continue;
          if (depth === 0) throw malformed('it is not an object or a list');
          if (expectsValue) beginValue(index, true);
        }
      }
      if (capture !== null) take(capture, chunk, chunk.length);
    },
    finish: () => {
      if (!isDone) throw malformed('it ends in the middle');
      if (!foundContainer)
        throw new AppError(
          jsonErrors.shape,
          path.length === 0 ? 'the document is no list or object' : `the document has no "${path.join('.')}"`,
        );
    },
  };
}

function malformed(what: string): AppError {
  return new AppError(jsonErrors.malformed, `not valid JSON: ${what}`);
}
