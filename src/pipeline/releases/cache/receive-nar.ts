import { Readable } from 'node:stream';
import { encodeBase32 } from '../../../formats/nix/base32.ts';
import type { Clock } from '../../../foundation/clock.ts';
import { AppError } from '../../../foundation/errors.ts';
import { type RandomBytes, uuidV7 } from '../../../foundation/ids.ts';
import type { BlobStore } from '../../../platform/blobs/index.ts';
import { cacheErrors } from './errors.ts';
import type { InspectNar, NarBounds } from './inspect-nar.ts';
import { type CacheId, type Compression, compressions, parseNarFileName, type StoredNar, uploadHint } from './model.ts';
import type { CacheStore } from './store.ts';

/** Where the listing of an archive lies. */
export function listingKey(blob: string): string {
  return `${blob}.ls`;
}

/**
 * Takes an archive in, its bytes going to the blob store while they are checked. It counts only when all of it is there, is
 * well-formed and has the hash its name says; what a broken upload leaves is named in `cache_upload` and cleared later.
 */
export async function receiveNar(given: {
  readonly store: CacheStore;
  readonly blobs: BlobStore;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly bounds: NarBounds;
  readonly inspect: InspectNar;
  readonly cache: CacheId;
  readonly file: string;
  readonly body: AsyncIterable<Uint8Array>;
}): Promise<StoredNar> {
  const { store, blobs, clock, cache, file, bounds } = given;
  const name = parseNarFileName(file);
  if (name === null)
    throw new AppError(
      cacheErrors.undecodable,
      `an archive is named {FileHash}.${Object.values(compressions).join(' or .')}: ${uploadHint}`,
    );
  const present = await store.nar([cache], file);
  // Whole already: the bytes are told apart by their hash, so they are these.
  if (present !== null) return present;
  const blob = `cache/${cache}/nar/${uuidV7(clock.now(), given.random)}`;
  await store.beginUpload({ blob, cache, at: clock.now() });
  const { compression, body } = await sniffed(name.compression, given.body);
  const inspector = await given.inspect(compression, bounds);
  try {
    const stored = await blobs.put(blob, Readable.from(passing(body, inspector.write, bounds)));
    const facts = await inspector.end();
    const fileHash = encodeBase32(Buffer.from(stored.sha256, 'hex'));
    if (fileHash !== name.fileHash)
      throw new AppError(cacheErrors.wrongHash, `the file's hash is sha256:${fileHash}, not what its name says`);
    await blobs.put(listingKey(blob), Buffer.from(JSON.stringify(facts.listing)));
    return await store.endUpload({
      nar: {
        cache,
        file,
        blob,
        compression,
        fileSize: stored.sizeBytes,
        narHash: facts.narHash,
        narSize: facts.narSize,
      },
      at: clock.now(),
    });
  } catch (error) {
    inspector.abandon();
    await blobs.remove(blob);
    await blobs.remove(listingKey(blob));
    await store.abandonUpload(blob);
    throw error;
  }
}

/** An archive that is not packed begins with the length of its first word, and never as gzip does. */
async function sniffed(
  named: Compression,
  body: AsyncIterable<Uint8Array>,
): Promise<{ readonly compression: Compression; readonly body: AsyncIterable<Uint8Array> }> {
  if (named !== 'none') return { compression: named, body };
  const chunks = body[Symbol.asyncIterator]();
  const first = await chunks.next();
  return {
    compression: first.done !== true && first.value[0] === 0x1f ? 'gzip' : named,
    body: (async function* () {
      try {
        for (let next = first; next.done !== true; next = await chunks.next()) yield next.value;
      } finally {
        await chunks.return?.();
      }
    })(),
  };
}

async function* passing(
  body: AsyncIterable<Uint8Array>,
  inspect: (bytes: Uint8Array) => Promise<void>,
  bounds: NarBounds,
): AsyncGenerator<Uint8Array> {
  let sizeBytes = 0;
  for await (const chunk of body) {
    sizeBytes += chunk.length;
    if (sizeBytes > bounds.fileBytes)
      throw new AppError(cacheErrors.tooLarge, `a file has at most ${bounds.fileBytes} bytes here`);
    await inspect(chunk);
    yield chunk;
  }
}
