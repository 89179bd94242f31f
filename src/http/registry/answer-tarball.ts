import { Readable } from 'node:stream';
import type { Context } from 'hono';
import type { Visibility } from '../../accounts/index.ts';
import type { Release } from '../../pipeline/releases/index.ts';
import type { BlobStore } from '../../platform/blobs/index.ts';
import { paths } from '../addresses.ts';
import { noneMatches } from '../conditional.ts';
import { problemText } from '../problem.ts';
import { immutableLink, releaseEtag } from './link.ts';
import { readRange } from './range.ts';

interface Given {
  readonly release: Release;
  readonly visibility: Visibility;
  readonly key: string;
  readonly blobs: BlobStore;
  readonly publicUrl: string;
  readonly requestUrl: string;
}

/** The bytes of a release: whole, one range of them, or only the headers. */
export async function answerTarball(
  c: Context,
  { release, visibility, key, blobs, publicUrl, requestUrl }: Given,
): Promise<Response> {
  const etag = releaseEtag(release);
  const headers: Record<string, string> = {
    ETag: etag,
    'Cache-Control': `${visibility === 'private' ? 'private' : 'public'}, max-age=31536000, immutable`,
    ...(visibility === 'private' ? { Vary: 'Authorization' } : {}),
    'Accept-Ranges': 'bytes',
    // A Link that names another URL than the lock breaks that lock: say it only where it is the very same.
    ...(isCanonical(requestUrl, publicUrl, release) ? { Link: immutableLink(publicUrl, release) } : {}),
  };
  if (noneMatches(c.req.header('If-None-Match'), etag)) return c.body(null, 304, headers);
  const sizeBytes = await blobs.size(key);
  if (sizeBytes === null) return gone(c, release);
  const whole = c.req.header('If-Range') !== undefined && c.req.header('If-Range') !== etag;
  const range = whole ? ({ kind: 'whole' } as const) : readRange(c.req.header('Range'), sizeBytes);
  if (range.kind === 'unsatisfiable') {
    c.header('Content-Range', `bytes */${sizeBytes}`);
    return problemText(c, {
      status: 416,
      code: 'range',
      title: 'Range',
      detail: `this tarball has ${sizeBytes} bytes`,
    });
  }
  const { start, end } = range.kind === 'part' ? range : { start: 0, end: sizeBytes - 1 };
  headers['Content-Type'] = 'application/gzip';
  headers['Content-Length'] = String(end - start + 1);
  if (range.kind === 'part') headers['Content-Range'] = `bytes ${start}-${end}/${sizeBytes}`;
  const status = range.kind === 'part' ? 206 : 200;
  if (c.req.method === 'HEAD') return c.body(null, status, headers);
  const blob = await blobs.get(key, range.kind === 'part' ? { start, end } : undefined);
  if (blob === null) return gone(c, release);
  return c.body(webStream(blob.stream), status, headers);
}

function isCanonical(requestUrl: string, publicUrl: string, release: Release): boolean {
  return requestUrl.split('?', 1)[0] === `${publicUrl}${paths.pinned(release)}`;
}

function gone(c: Context, release: Release): Response {
  const detail = `the tarball of ${release.organisation}/${release.flake} ${release.version} was removed: run nix flake update`;
  return problemText(c, { status: 410, code: 'gone', title: 'Gone', detail });
}

function webStream(stream: Readable): ReadableStream {
  return Readable.toWeb(stream) as ReadableStream;
}
