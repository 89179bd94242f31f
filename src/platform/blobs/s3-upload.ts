import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { S3Client } from '@aws-sdk/client-s3';

export interface S3Upload {
  readonly s3: typeof import('@aws-sdk/client-s3');
  readonly client: S3Client;
  readonly target: { readonly Bucket: string; readonly Key: string };
  readonly content: Readable;
}

interface Part {
  readonly number: number;
  readonly bytes: Uint8Array;
  readonly isLast: boolean;
  /** Its memory may be used again. */
  readonly release: () => void;
}

// The smallest that S3 takes before the last one; 10,000 of them make 50 GB.
const partBytes = 5 * 1024 * 1024;
// All uploads share so many parts, and have one each, however many they are.
const sharedParts = 8;
const partsTogether = 4;

/**
 * Sends streams whose length nobody knows: at once what one part holds, else in parts, through memory that is used again. Who
 * has parts on their way, and of those there are enough, waits for them, and so does whoever sends us the stream.
 */
export function createS3Uploader(): (
  upload: S3Upload,
) => Promise<{ readonly sizeBytes: number; readonly sha256: string }> {
  const memory = createMemory();
  return async ({ s3, client, target, content }) => {
    const hash = createHash('sha256');
    let sizeBytes = 0;
    let started: Promise<string | undefined> | null = null;
    const begin = async () => (await client.send(new s3.CreateMultipartUploadCommand(target))).UploadId;
    const sent: { readonly PartNumber: number; readonly ETag: string | undefined }[] = [];
    const onTheirWay: Promise<void>[] = [];

    const send = async ({ number: PartNumber, bytes: Body, isLast, release }: Part) => {
      try {
        if (PartNumber === 1 && isLast) await client.send(new s3.PutObjectCommand({ ...target, Body }));
        else {
          started ??= begin();
          const UploadId = await started;
          const { ETag } = await client.send(new s3.UploadPartCommand({ ...target, UploadId, PartNumber, Body }));
          sent.push({ PartNumber, ETag });
        }
      } finally {
        release();
      }
    };
    try {
      for await (const part of partsOf(content, memory)) {
        hash.update(part.bytes);
        sizeBytes += part.bytes.length;
        const sending = send(part);
        // Told to the one who waits for it.
        sending.catch(() => {});
        onTheirWay.push(sending);
        while (onTheirWay.length >= partsTogether || (onTheirWay.length > 0 && memory.isShort()))
          await onTheirWay.shift();
      }
      await Promise.all(onTheirWay);
      if (started !== null) {
        const Parts = sent.toSorted((a, b) => a.PartNumber - b.PartNumber);
        const UploadId = await started;
        await client.send(new s3.CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload: { Parts } }));
      }
      return { sizeBytes, sha256: hash.digest('hex') };
    } catch (error) {
      await Promise.allSettled(onTheirWay);
      const UploadId = await (started as Promise<string | undefined> | null)?.catch(() => undefined);
      // A store keeps the parts of what nobody ends.
      if (UploadId !== undefined)
        await client.send(new s3.AbortMultipartUploadCommand({ ...target, UploadId })).catch(() => {});
      throw error;
    }
  };
}

type Memory = ReturnType<typeof createMemory>;

/** The stream in parts, all but the last one full; one that is empty where there is nothing. */
async function* partsOf(content: Readable, memory: Memory): AsyncGenerator<Part> {
  let number = 1;
  let part = memory.take();
  let filled = 0;
  const cut = (isLast: boolean): Part => {
    const whole = part;
    return { number, bytes: whole.subarray(0, filled), isLast, release: () => memory.giveBack(whole) };
  };
  let isHeld = true;
  try {
    for await (const chunk of content as AsyncIterable<Uint8Array>)
      for (let at = 0; at < chunk.length; ) {
        if (filled === part.length) {
          isHeld = false;
          yield cut(false);
          [number, part, filled, isHeld] = [number + 1, memory.take(), 0, true];
        }
        const taken = chunk.subarray(at, at + part.length - filled);
        part.set(taken, filled);
        filled += taken.length;
        at += taken.length;
      }
    isHeld = false;
    yield cut(true);
  } finally {
    if (isHeld) memory.giveBack(part);
  }
}

function createMemory() {
  const spare: Buffer[] = [];
  let lent = 0;
  return {
    isShort: () => lent >= sharedParts,
    take: (): Buffer => {
      lent += 1;
      return spare.pop() ?? Buffer.allocUnsafeSlow(partBytes);
    },
    giveBack: (part: Buffer): void => {
      lent -= 1;
      if (spare.length < sharedParts) spare.push(part);
    },
  };
}
