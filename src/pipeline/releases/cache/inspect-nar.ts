import { createHash } from 'node:crypto';
import { PassThrough, type Readable, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createZstdDecompress } from 'node:zlib';
import { encodeBase32 } from '../../../formats/nix/base32.ts';
import type { NarDigest } from '../../../formats/nix/nar-listing.ts';
import { createNarReader } from '../../../formats/nix/nar-reader.ts';
import { decompressXz } from '../../../formats/xz/decompress-xz.ts';
import { AppError } from '../../../foundation/errors.ts';
import { cacheErrors } from './errors.ts';
import type { Compression, NarFacts } from './model.ts';

export interface NarBounds {
  readonly narBytes: number;
  readonly fileBytes: number;
}

/** Looks into a compressed archive as it passes, with back-pressure: nothing of it is kept. */
export interface NarInspector {
  readonly write: (bytes: Uint8Array) => Promise<void>;
  /** Throws what is wrong with the archive. */
  readonly end: () => Promise<NarFacts>;
  readonly abandon: () => void;
}

const mostFiles = 400_000;
const deepest = 128;
/** Real archives shrink to a hundredth at best; what grows more, beyond this size, is meant to harm. */
const expansion = { most: 500, fromBytes: 256 * 1024 * 1024 };

export type InspectNar = (
  compression: Compression,
  bounds: NarBounds,
  digest?: NarDigest | null,
) => Promise<NarInspector>;

export const inspectNar: InspectNar = async (compression, bounds, digest = null) => {
  const { input, output } = await decompressorOf(compression);
  let fileBytes = 0;
  let fault: unknown = null;
  const facts = readArchive(output, { bounds, digest, fileBytes: () => fileBytes });
  const failed = (error: unknown) => {
    fault ??= error;
    input.destroy();
  };
  facts.catch(failed);
  input.on('error', failed);
  const told = () => (fault instanceof AppError ? fault : broken(fault));
  return {
    write: async (bytes) => {
      fileBytes += bytes.length;
      if (fault !== null) throw told();
      if (input.write(bytes)) return;
      await takesMore(input);
      if (fault !== null) throw told();
    },
    end: async () => {
      if (fault !== null) throw told();
      input.end();
      return facts.catch((error: unknown) => {
        failed(error);
        throw told();
      });
    },
    abandon: () => {
      fault ??= new Error('abandoned');
      input.destroy();
      output.destroy();
    },
  };
};

/** Resolves when the stream takes more, or never will. */
function takesMore(stream: Transform): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      stream.off('drain', done).off('close', done);
      resolve();
    };
    stream.on('drain', done).on('close', done);
  });
}

async function readArchive(
  output: Readable,
  given: { readonly bounds: NarBounds; readonly digest: NarDigest | null; readonly fileBytes: () => number },
): Promise<NarFacts> {
  const { bounds, digest, fileBytes } = given;
  const beside = digest === null ? null : createHash(digest.algorithm);
  const reader = createNarReader({ bytes: bounds.narBytes, entries: mostFiles, depth: deepest }, (bytes) => {
    if (digest?.of === 'file') beside?.update(bytes);
  });
  const hash = createHash('sha256');
  let narSize = 0;
  for await (const chunk of output as AsyncIterable<Uint8Array>) {
    narSize += chunk.length;
    if (narSize > expansion.fromBytes && narSize > fileBytes() * expansion.most)
      throw new AppError(cacheErrors.tooLarge, `the archive expands more than ${expansion.most} times`);
    reader.push(chunk);
    hash.update(chunk);
    if (digest?.of === 'archive') beside?.update(chunk);
  }
  const listing = reader.end();
  const { root } = listing;
  const isOfKind = digest?.of === 'archive' || (root.type === 'regular' && root.executable !== true);
  return {
    narHash: `sha256:${encodeBase32(hash.digest())}`,
    narSize,
    listing,
    digest: isOfKind ? (beside?.digest('hex') ?? null) : null,
  };
}

async function decompressorOf(
  compression: Compression,
): Promise<{ readonly input: Transform; readonly output: Readable }> {
  if (compression === 'xz') {
    const input = new PassThrough();
    return { input, output: await decompressXz(input) };
  }
  const stream = plainDecompressor(compression);
  return { input: stream, output: stream };
}

function plainDecompressor(compression: Exclude<Compression, 'xz'>): Transform {
  switch (compression) {
    case 'none':
      return new PassThrough();
    case 'gzip':
      return createGunzip();
    case 'zstd':
      return createZstdDecompress();
    case 'br':
      return createBrotliDecompress();
  }
}

function broken(cause: unknown): AppError {
  return new AppError(cacheErrors.undecodable, 'the file is not compressed the way its name says', { cause });
}
