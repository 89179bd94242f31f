import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Context } from 'hono';
import type { BlobStore } from '../platform/blobs/index.ts';
import { noneMatches } from './conditional.ts';
import { readRange } from './registry/range.ts';

/** A client that takes nothing for so long is gone. */
const stalledMs = 60_000;

interface Given {
  readonly blobs: BlobStore;
  readonly key: string;
  readonly etag: string;
  /** Content-Type, Cache-Control and whatever else belongs to the bytes. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Bytes of the blob store: whole, one range, or the headers alone. Null when they are not there. */
export async function answerBlob(c: Context, { blobs, key, etag, headers }: Given): Promise<Response | null> {
  const shown = { ...headers, ETag: etag, 'Accept-Ranges': 'bytes' };
  if (noneMatches(c.req.header('If-None-Match'), etag)) return c.body(null, 304, shown);
  const sizeBytes = await blobs.size(key);
  if (sizeBytes === null) return null;
  const ifRange = c.req.header('If-Range');
  const asked = ifRange !== undefined && ifRange !== etag ? undefined : c.req.header('Range');
  const range = readRange(asked, sizeBytes);
  if (range.kind === 'unsatisfiable') return c.body(null, 416, { 'Content-Range': `bytes */${sizeBytes}` });
  const { start, end } = range.kind === 'part' ? range : { start: 0, end: sizeBytes - 1 };
  const status = range.kind === 'part' ? 206 : 200;
  const all: Record<string, string> = { ...shown, 'Content-Length': String(end - start + 1) };
  if (range.kind === 'part') all['Content-Range'] = `bytes ${start}-${end}/${sizeBytes}`;
  if (c.req.method === 'HEAD') return c.body(null, status, all);
  const elsewhere = await blobs.address?.(key);
  if (elsewhere != null) {
    // Nix reads how to lock a tarball on every hop; the store there does not know.
    const link: Record<string, string> = headers.Link === undefined ? {} : { Link: headers.Link };
    return c.body(null, 307, { Location: elsewhere, 'Cache-Control': 'no-store', ...link });
  }
  const { outgoing } = (c.env ?? {}) as { readonly outgoing?: ServerResponse };
  const { send } = blobs;
  if (outgoing === undefined || send === undefined) {
    const blob = await blobs.get(key, range.kind === 'part' ? { start, end } : undefined);
    return blob === null ? null : c.body(Readable.toWeb(blob.stream) as ReadableStream, status, all);
  }
  // Straight to the socket: every turn through a web stream costs a copy and a good part of the throughput.
  outgoing.writeHead(status, { ...all, 'X-Content-Type-Options': 'nosniff' });
  outgoing.setTimeout(stalledMs, () => outgoing.destroy());
  void send(key, { start, end }, outgoing).catch(() => outgoing.destroy());
  return RESPONSE_ALREADY_SENT;
}
