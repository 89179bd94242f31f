import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';

type Xz = typeof import('xz-decompress');

/** Bytes of an `.xz` file as they arrive, unpacked. https://tukaani.org/xz/xz-file-format.txt */
export async function decompressXz(source: Readable): Promise<Readable> {
  // Its one file is CommonJS: where nothing bundles it, all it has is the default export.
  const loaded: Xz & { readonly default?: Xz } = await import('xz-decompress');
  const { XzReadableStream } = loaded.default ?? loaded;
  const xz = new XzReadableStream(Readable.toWeb(source) as ReadableStream<Uint8Array>);
  return Readable.fromWeb(xz as Parameters<typeof Readable.fromWeb>[0]);
}
