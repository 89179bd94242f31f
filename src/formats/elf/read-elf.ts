/**
 * What a program or library for Linux says of itself. The file begins with a header,
 *
 *     7f 45 4c 46 02 01 01 00 …      (magic, 64 bits, little-endian, version 1)
 *
 * program headers tell where the dynamic section lies, and that names libraries (DT_NEEDED) and symbols (DT_SYMTAB).
 * https://refspecs.linuxfoundation.org/elf/gabi4+/contents.html and elf(5)
 */
export interface ElfFacts {
  /** `libc.so.6` … */
  readonly needed: readonly string[];
  /** Functions that are taken from elsewhere; and `ifunc:NAME` for those that choose themselves at run time. */
  readonly symbols: readonly string[];
  /** `pie`, `relro`, `now`, `stack-protector`, `fortify`, `no-exec-stack`. */
  readonly hardening: readonly string[];
}

const loaded = 1;
const dynamic = 2;
const gnuStack = 0x6474e551;
const gnuRelro = 0x6474e552;
const mostHeaders = 1_000;
const mostDynamic = 10_000;
const mostSymbols = 200_000;
const longestName = 1_000;
const ifunc = 10;
const tags = { needed: 1, strtab: 5, symtab: 6, strsz: 10, flags: 30, flags1: 0x6ffffffb } as const;

interface Segment {
  readonly type: number;
  readonly flags: number;
  readonly offset: number;
  readonly address: number;
  readonly size: number;
}

/** Null for what is no ELF file, or one that contradicts itself. */
export function readElf(bytes: Buffer): ElfFacts | null {
  if (bytes.length < 64 || bytes.readUInt32BE(0) !== 0x7f454c46) return null;
  try {
    return factsOf(readerOf(bytes));
  } catch (error) {
    // Offsets that lead out of the file.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

interface Reader {
  readonly bytes: Buffer;
  readonly is64: boolean;
  readonly u16: (at: number) => number;
  readonly u32: (at: number) => number;
  /** Of the size of an address. */
  readonly word: (at: number) => number;
}

function readerOf(bytes: Buffer): Reader {
  const is64 = bytes[4] === 2;
  const little = bytes[5] === 1;
  const u16 = (at: number) => (little ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at));
  const u32 = (at: number) => (little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at));
  const u64 = (at: number) => Number(little ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at));
  return { bytes, is64, u16, u32, word: is64 ? u64 : u32 };
}

function factsOf(reader: Reader): ElfFacts {
  const { u16 } = reader;
  const segments = segmentsOf(reader);
  const entries = dynamicOf(reader, segments);
  const first = (tag: number) => entries.find((entry) => entry.tag === tag)?.value;
  const strings = placeOf(segments, first(tags.strtab));
  const stringsEnd = strings === null ? 0 : strings + (first(tags.strsz) ?? 0);
  const text = (index: number) => (strings === null ? '' : textAt(reader.bytes, strings + index, stringsEnd));
  const needed = entries.filter(({ tag }) => tag === tags.needed).map(({ value }) => text(value));
  const symbols = symbolsOf(reader, placeOf(segments, first(tags.symtab)), strings, text);
  const stack = segments.find(({ type }) => type === gnuStack);
  const isNow = ((first(tags.flags) ?? 0) & 8) !== 0 || ((first(tags.flags1) ?? 0) & 1) !== 0;
  const has = (test: RegExp) => symbols.some((name) => test.test(name));
  const hardening = [
    ...(u16(16) === 3 ? ['pie'] : []),
    ...(segments.some(({ type }) => type === gnuRelro) ? ['relro'] : []),
    ...(isNow ? ['now'] : []),
    ...(has(/^__stack_chk_(fail|guard)$/) ? ['stack-protector'] : []),
    ...(has(/^__\w+_chk$/) ? ['fortify'] : []),
    ...(stack !== undefined && (stack.flags & 1) === 0 ? ['no-exec-stack'] : []),
  ];
  return { needed, symbols, hardening };
}

function segmentsOf({ is64, u16, u32, word }: Reader): readonly Segment[] {
  const start = word(is64 ? 32 : 28);
  const size = u16(is64 ? 54 : 42);
  const count = Math.min(u16(is64 ? 56 : 44), mostHeaders);
  return Array.from({ length: count }, (_, index) => {
    const at = start + index * size;
    return is64
      ? { type: u32(at), flags: u32(at + 4), offset: word(at + 8), address: word(at + 16), size: word(at + 32) }
      : { type: u32(at), flags: u32(at + 24), offset: u32(at + 4), address: u32(at + 8), size: u32(at + 16) };
  });
}

function dynamicOf({ is64, word }: Reader, segments: readonly Segment[]) {
  const segment = segments.find(({ type }) => type === dynamic);
  const step = is64 ? 16 : 8;
  const count = segment === undefined ? 0 : Math.min(Math.floor(segment.size / step), mostDynamic);
  const entries: { readonly tag: number; readonly value: number }[] = [];
  for (let index = 0; index < count; index++) {
    const at = (segment?.offset ?? 0) + index * step;
    const tag = word(at);
    if (tag === 0) break;
    entries.push({ tag, value: word(at + step / 2) });
  }
  return entries;
}

/** Nothing says how many symbols there are; linkers put the names right behind them. */
function symbolsOf(
  { is64, u16, u32, bytes }: Reader,
  start: number | null,
  strings: number | null,
  text: (index: number) => string,
): readonly string[] {
  if (start === null || strings === null || strings <= start) return [];
  const size = is64 ? 24 : 16;
  const count = Math.min(Math.floor((strings - start) / size), mostSymbols);
  const names = new Set<string>();
  for (let index = 1; index < count; index++) {
    const at = start + index * size;
    const info = bytes.readUInt8(at + (is64 ? 4 : 12));
    const section = u16(at + (is64 ? 6 : 14));
    const name = text(u32(at));
    if (name === '') continue;
    if ((info & 15) === ifunc) names.add(`ifunc:${name}`);
    else if (section === 0) names.add(name);
  }
  return [...names];
}

function placeOf(segments: readonly Segment[], address: number | undefined): number | null {
  if (address === undefined) return null;
  const segment = segments.find(
    (one) => one.type === loaded && address >= one.address && address < one.address + one.size,
  );
  return segment === undefined ? null : segment.offset + address - segment.address;
}

function textAt(bytes: Buffer, start: number, most: number): string {
  if (start < 0 || start >= bytes.length) return '';
  const end = bytes.indexOf(0, start);
  const limit = Math.min(end < 0 ? bytes.length : end, Math.max(start, most), start + longestName);
  return bytes.toString('latin1', start, limit);
}
