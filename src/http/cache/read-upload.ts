import { Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createZstdDecompress } from 'node:zlib';
import type { Context } from 'hono';
import { AppError } from '../../foundation/errors.ts';

const uploadErrors = {
  slow: { code: 'cache.too-slow', retryable: true },
  short: { code: 'cache.cut-off', retryable: true },
} as const;

/** A client that says nothing for so long, or in all is slower than this, makes room for others. */
const silenceMs = 30_000;
const slowest = { bytesPerSecond: 4_096, afterMs: 60_000 };

/** The body as it arrives, ended by an error when the client is too slow or leaves. */
export async function* uploadOf(c: Context, now: () => number): AsyncGenerator<Uint8Array> {
  const { body } = c.req.raw;
  if (body === null) return;
  const wanted = Number(c.req.header('Content-Length') ?? Number.NaN);
  const startedAt = now();
  const reader = body.getReader();
  let sizeBytes = 0;
  try {
    for (;;) {
      const { done, value } = await inTime(reader.read().catch(cutOff));
      if (done) break;
      sizeBytes += value.length;
      const tookMs = now() - startedAt;
      if (tookMs > slowest.afterMs && sizeBytes < (tookMs / 1000) * slowest.bytesPerSecond) throw tooSlow();
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
  if (Number.isFinite(wanted) && wanted !== sizeBytes)
    throw new AppError(uploadErrors.short, `${sizeBytes} of ${wanted} bytes arrived`);
}

/** A small body, plain whatever its Content-Encoding; null when it is larger than `maxBytes` or cannot be decoded. */
export async function smallUpload(c: Context, maxBytes: number, now: () => number): Promise<Buffer | null> {
  if (Number(c.req.header('Content-Length') ?? 0) > maxBytes) return null;
  const decoder = decoderOf(c.req.header('Content-Encoding'));
  if (decoder === undefined) return null;
  const arriving = Readable.from(uploadOf(c, now));
  const plain = decoder === null ? arriving : arriving.pipe(decoder);
  if (decoder !== null) arriving.on('error', (error) => decoder.destroy(error));
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  try {
    for await (const chunk of plain as AsyncIterable<Uint8Array>) {
      sizeBytes += chunk.length;
      if (sizeBytes > maxBytes) return null;
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof AppError) throw error;
    return null;
  } finally {
    arriving.destroy();
  }
  return Buffer.concat(chunks);
}

/** Null for a plain body, undefined for an encoding that is not known here. */
function decoderOf(encoding: string | undefined) {
  switch (encoding?.toLowerCase() ?? 'identity') {
    case 'identity':
      return null;
    case 'gzip':
      return createGunzip();
    case 'br':
      return createBrotliDecompress();
    case 'zstd':
      return createZstdDecompress();
    default:
      return undefined;
  }
}

async function inTime<Value>(asked: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(tooSlow()), silenceMs);
  });
  try {
    return await Promise.race([asked, silence]);
  } finally {
    clearTimeout(timer);
  }
}

function cutOff(cause: unknown): never {
  throw new AppError(uploadErrors.short, 'the client left before all had arrived', { cause });
}

function tooSlow(): AppError {
  return new AppError(uploadErrors.slow, 'the upload is too slow: it was ended to make room for others');
}
