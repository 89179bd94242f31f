import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AppError } from '../../foundation/errors.ts';
import { inNarOrder, type NarFile, narOf } from './nar.ts';
import type { Listing } from './nar-listing.ts';
import { createNarReader } from './nar-reader.ts';

const limits = { bytes: 1_000_000, entries: 100, depth: 20 };

function read(bytes: Uint8Array, pieces: readonly number[] = [], given = limits): Listing {
  const reader = createNarReader(given);
  let at = 0;
  for (const size of pieces) {
    reader.push(bytes.subarray(at, at + size));
    at += size;
  }
  reader.push(bytes.subarray(at));
  return reader.end();
}

async function archive(files: readonly NarFile[]): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of narOf(files)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const token = (text: string | Buffer) => {
  const bytes = Buffer.from(text);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(bytes.length));
  return Buffer.concat([length, bytes, Buffer.alloc((8 - (bytes.length % 8)) % 8)]);
};
const tokens = (...texts: readonly (string | Buffer)[]) => Buffer.concat(texts.map(token));
const entry = (name: string | Buffer) =>
  tokens('entry', '(', 'name', name, 'node', '(', 'type', 'regular', 'contents', '', ')', ')');
const folder = (...entries: readonly Buffer[]) =>
  Buffer.concat([tokens('nix-archive-1', '(', 'type', 'directory'), ...entries, tokens(')')]);

describe('an archive is read as it arrives', () => {
  test('one file, as the smallest of all', () => {
    const bytes = tokens('nix-archive-1', '(', 'type', 'regular', 'contents', 'dep', ')');
    expect(bytes.length).toBe(120);
    expect(read(bytes)).toEqual({ version: 1, root: { type: 'regular', size: 3, narOffset: 96 } });
  });

  const name = fc.string({ unit: fc.constantFrom('a', 'b', '.x', 'é'), minLength: 1, maxLength: 3 });
  const files = fc
    .uniqueArray(
      fc.record({
        path: fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join('/')),
        kind: fc.constantFrom('regular', 'executable', 'symlink'),
        content: fc.string({ minLength: 1, maxLength: 30 }).map((text) => Buffer.from(text.replaceAll('\0', 'x'))),
      }),
      { selector: (one) => one.path, maxLength: 10 },
    )
    .map((all) => inNarOrder(all.filter((one) => !all.some((other) => other.path.startsWith(`${one.path}/`)))));

  test('in whatever pieces, every file is listed where its contents lie', async () => {
    await fc.assert(
      fc.asyncProperty(files, fc.array(fc.nat(40)), async (given, pieces) => {
        const bytes = await archive(given);
        const listing = read(bytes, pieces);
        for (const { path, kind, content } of given) {
          const node = path
            .split('/')
            .reduce((at, part) => (at.type === 'directory' ? (at.entries[part] ?? at) : at), listing.root);
          if (node.type === 'symlink') expect([kind, node.target]).toEqual(['symlink', content.toString()]);
          else if (node.type === 'regular') {
            expect(kind).toBe(node.executable === true ? 'executable' : 'regular');
            expect(bytes.subarray(node.narOffset, node.narOffset + node.size).equals(content)).toBe(true);
          } else throw new Error(`${path} is a folder`);
        }
      }),
    );
  });

  test('one wrong, missing or further byte is an AppError or another archive, never another failure', async () => {
    const bytes = await archive([
      { path: 'a/b', kind: 'executable', content: Buffer.from('hello') },
      { path: 'c', kind: 'symlink', content: Buffer.from('a/b') },
    ]);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const bad = Buffer.from(bytes);
        bad[at] = (bad[at] ?? 0) ^ flip;
        for (const one of [bad, bytes.subarray(0, at), Buffer.concat([bytes, Buffer.from([flip])])])
          try {
            read(one);
            expect(one).toBe(bad);
          } catch (error) {
            if (!(error instanceof AppError)) throw error;
            expect(error.code).toBe('nar.malformed');
          }
      }),
      { numRuns: 500 },
    );
  });
});

describe('refused', () => {
  test.each([
    ['nothing', Buffer.alloc(0)],
    ['another format', Buffer.from('PK\u0003\u0004 this is a zip archive')],
    ['names out of order', folder(entry('b'), entry('a'))],
    ['a name twice', folder(entry('a'), entry('a'))],
    ['a name with a slash', folder(entry('a/b'))],
    ['the way up', folder(entry('..'))],
    ['the folder itself', folder(entry('.'))],
    ['an empty name', folder(entry(''))],
    ['NUL in a name', folder(entry('a\0b'))],
    ['a name of 256 bytes', folder(entry('a'.repeat(256)))],
    ['padding that is not zero', Buffer.concat([folder().subarray(0, -1), Buffer.from([1])])],
    ['a file without contents', tokens('nix-archive-1', '(', 'type', 'regular', ')')],
    ['an executable that says more', tokens('nix-archive-1', '(', 'type', 'regular', 'executable', 'x')],
    ['a symlink to nowhere', tokens('nix-archive-1', '(', 'type', 'symlink', 'target', '', ')')],
    ['a device', tokens('nix-archive-1', '(', 'type', 'device', ')')],
    [
      'a length of 2^63',
      Buffer.concat([tokens('nix-archive-1', '(', 'type', 'regular', 'contents'), Buffer.alloc(8, 0x7f)]),
    ],
  ])('%s', (_what, bytes) => expect(() => read(bytes)).toThrow(expect.objectContaining({ code: 'nar.malformed' })));

  test('the contents of what is one plain file are shown, and of nothing else', async () => {
    const shownOf = (bytes: Buffer, size: number) => {
      const shown: Buffer[] = [];
      const reader = createNarReader(limits, (part) => shown.push(Buffer.from(part)));
      for (let at = 0; at < bytes.length; at += size) reader.push(bytes.subarray(at, at + size));
      reader.end();
      return Buffer.concat(shown).toString();
    };
    const file = (...marks: readonly string[]) =>
      tokens('nix-archive-1', '(', 'type', 'regular', ...marks, 'contents', 'one and two', ')');
    for (const size of [1, 7, 8, 1_000]) {
      expect(shownOf(file(), size)).toBe('one and two');
      expect(shownOf(file('executable', ''), size)).toBe('');
      expect(shownOf(folder(entry('a')), size)).toBe('');
    }
    const within = await archive([{ path: 'a', kind: 'regular', content: Buffer.from('x') }]);
    expect(shownOf(within, 9)).toBe('');
  });

  test('more bytes, files or folders than allowed, as soon as it is seen', () => {
    const large = { code: 'nar.too-large' };
    const reader = createNarReader({ ...limits, bytes: 1_000 });
    reader.push(tokens('nix-archive-1', '(', 'type', 'regular', 'contents'));
    reader.push(Buffer.from([0, 0, 0, 0, 1, 0, 0, 0]));
    expect(() => reader.push(Buffer.alloc(2_000))).toThrow(expect.objectContaining(large));
    const many = folder(...Array.from({ length: 200 }, (_, index) => entry(String(index).padStart(3, '0'))));
    expect(() => read(many)).toThrow(expect.objectContaining(large));
    const deep = Buffer.concat([
      tokens('nix-archive-1'),
      ...Array.from({ length: 60 }, () => tokens('(', 'type', 'directory', 'entry', '(', 'name', 'a', 'node')),
    ]);
    expect(() => read(deep)).toThrow(expect.objectContaining({ code: 'nar.malformed' }));
  });
});
