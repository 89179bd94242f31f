import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';

export interface S3Server {
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly stop: () => Promise<void>;
}

type Started = { readonly endpoint: string; readonly stop: () => Promise<void> } | { readonly missing: string };

/** A real S3 server with one bucket; null, said on one line, where there can be none. */
export async function s3ForTests(): Promise<S3Server | null> {
  const tool = new URL('../../scripts/test-tools/s3.mjs', import.meta.url).href;
  const { startS3, credentials } = (await import(tool)) as {
    readonly startS3: () => Promise<Started>;
    readonly credentials: S3Server['credentials'];
  };
  const started = await startS3();
  if ('missing' in started) {
    console.log(`skipped: ${started.missing}`);
    return null;
  }
  const { endpoint, stop } = started;
  const region = 'us-east-1';
  const client = new S3Client({
    endpoint,
    region,
    credentials,
    forcePathStyle: true,
    requestChecksumCalculation: 'WHEN_REQUIRED',
  });
  await client.send(new CreateBucketCommand({ Bucket: 'blobs' }));
  client.destroy();
  return { endpoint, region, bucket: 'blobs', credentials, stop };
}
