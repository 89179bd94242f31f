import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { S3Client } from '@aws-sdk/client-s3';
import type { BlobStore } from './index.ts';
import { checkedKey } from './key.ts';
import { createS3Uploader } from './s3-upload.ts';

export interface S3Options {
  /** Of a store that is not Amazon's: `https://s3.example.org`. */
  readonly endpoint: string | null;
  readonly region: string;
  readonly bucket: string;
  /** Before every key; empty, or ending in a slash. */
  readonly prefix: string;
  /** Null: from the environment or the machine's role, as Amazon's own tools find them. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string } | null;
  /** How long an address that is handed out holds; 0 hands out none. */
  readonly addressSeconds: number;
}

/** Blobs as objects of a bucket, at any store that speaks S3. The library is loaded at the first use. */
export function createS3Blobs(options: S3Options): BlobStore {
  const { bucket, prefix, addressSeconds } = options;
  let opened: Promise<{ readonly s3: typeof import('@aws-sdk/client-s3'); readonly client: S3Client }> | null = null;
  const open = () => {
    opened ??= openClient(options);
    return opened;
  };
  const upload = createS3Uploader();
  const place = (key: string) => ({ Bucket: bucket, Key: prefix + checkedKey(key) });
  return {
    put: async (key, content) => {
      const { Bucket, Key } = place(key);
      const { s3, client } = await open();
      if (content instanceof Uint8Array) {
        await client.send(new s3.PutObjectCommand({ Bucket, Key, Body: content, ContentLength: content.length }));
        return { sizeBytes: content.length, sha256: createHash('sha256').update(content).digest('hex') };
      }
      return upload({ s3, client, target: { Bucket, Key }, content });
    },
    get: async (key, range) => {
      const target = place(key);
      const { s3, client } = await open();
      const whole = range === undefined;
      const sizeBytes = whole ? null : await sizeOf(s3, client, target);
      if (!whole && sizeBytes === null) return null;
      if (range !== undefined && (range.start >= (sizeBytes ?? 0) || (range.end ?? range.start) < range.start))
        return { stream: Readable.from([]), sizeBytes: sizeBytes ?? 0 };
      const Range = range === undefined ? undefined : `bytes=${range.start}-${range.end ?? ''}`;
      const answer = await orNull(client.send(new s3.GetObjectCommand({ ...target, ...(Range && { Range }) })));
      if (answer === null) return null;
      return { stream: answer.Body as Readable, sizeBytes: sizeBytes ?? answer.ContentLength ?? 0 };
    },
    ...(addressSeconds === 0
      ? {}
      : {
          address: async (key: string) => {
            const target = place(key);
            const { s3, client } = await open();
            const { getSignedUrl } = await import('@aws-sdk/s3-request-presigner');
            return getSignedUrl(client, new s3.GetObjectCommand(target), { expiresIn: addressSeconds });
          },
        }),
    size: async (key) => {
      const target = place(key);
      const { s3, client } = await open();
      return sizeOf(s3, client, target);
    },
    remove: async (key) => {
      const target = place(key);
      const { s3, client } = await open();
      await orNull(client.send(new s3.DeleteObjectCommand(target)));
    },
  };
}

async function openClient(options: S3Options) {
  const s3 = await import('@aws-sdk/client-s3');
  const client = new s3.S3Client({
    region: options.region,
    ...(options.endpoint === null ? {} : { endpoint: options.endpoint, forcePathStyle: true }),
    ...(options.credentials === null ? {} : { credentials: options.credentials }),
    // Stores other than Amazon's know no checksums in trailers.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
  return { s3, client };
}

async function sizeOf(
  s3: typeof import('@aws-sdk/client-s3'),
  client: S3Client,
  target: { readonly Bucket: string; readonly Key: string },
): Promise<number | null> {
  const answer = await orNull(client.send(new s3.HeadObjectCommand(target)));
  return answer === null ? null : (answer.ContentLength ?? 0);
}

async function orNull<Value>(asked: Promise<Value>): Promise<Value | null> {
  try {
    return await asked;
  } catch (error) {
    const name = error instanceof Error ? error.name : '';
    if (name === 'NoSuchKey' || name === 'NotFound') return null;
    throw error;
  }
}
