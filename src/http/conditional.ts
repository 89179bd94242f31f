import { createHash } from 'node:crypto';
import type { Context } from 'hono';

/** Whether `If-None-Match` names this ETag (weak comparison, RFC 9110 section 13.1.2). */
export function noneMatches(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  if (header.trim() === '*') return true;
  const bare = (text: string) => text.trim().replace(/^W\//, '');
  return header
    .slice(0, 4000)
    .split(',')
    .some((candidate) => bare(candidate) === bare(etag));
}

interface Conditional {
  readonly contentType: string;
  readonly cacheControl: string;
  readonly lastModified?: number;
}

/** Answers with text under a content ETag; 304 when the client holds it already. */
export function conditionalText(c: Context, given: Conditional & { readonly text: string }): Response {
  return answer(c, { ...given, body: given.text, etag: etagOf(given.text) });
}

/** Of files that are kept: each is digested once. */
const etags = new WeakMap<Uint8Array, string>();

/** The same for bytes, which may be the same object each time. */
export function conditionalBytes(
  c: Context,
  given: Conditional & { readonly bytes: Uint8Array<ArrayBuffer> },
): Response {
  const { bytes } = given;
  const etag = etags.get(bytes) ?? etagOf(bytes);
  etags.set(bytes, etag);
  return answer(c, { ...given, body: bytes, etag });
}

function etagOf(content: string | Uint8Array): string {
  return `"${createHash('sha256').update(content).digest('base64url').slice(0, 27)}"`;
}

function answer(
  c: Context,
  given: Conditional & { readonly body: string | Uint8Array<ArrayBuffer>; readonly etag: string },
): Response {
  const { body, etag, contentType, cacheControl, lastModified } = given;
  const headers: Record<string, string> = { ETag: etag, 'Cache-Control': cacheControl };
  if (lastModified !== undefined && lastModified > 0) headers['Last-Modified'] = new Date(lastModified).toUTCString();
  if (isCurrent(c, etag, lastModified)) return c.body(null, 304, headers);
  return c.body(body, 200, { ...headers, 'Content-Type': contentType });
}

function isCurrent(c: Context, etag: string, lastModified: number | undefined): boolean {
  const ifNoneMatch = c.req.header('If-None-Match');
  if (ifNoneMatch !== undefined) return noneMatches(ifNoneMatch, etag);
  const since = Date.parse(c.req.header('If-Modified-Since') ?? '');
  if (!lastModified || !Number.isFinite(since)) return false;
  return Math.floor(lastModified / 1000) * 1000 <= since;
}
