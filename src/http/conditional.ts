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

/** Answers with text under a content ETag; 304 when the client holds it already. */
export function conditionalText(
  c: Context,
  given: {
    readonly text: string;
    readonly contentType: string;
    readonly cacheControl: string;
    readonly lastModified?: number;
  },
): Response {
  const etag = `"${createHash('sha256').update(given.text).digest('base64url').slice(0, 27)}"`;
  const headers: Record<string, string> = { ETag: etag, 'Cache-Control': given.cacheControl };
  if (given.lastModified !== undefined && given.lastModified > 0)
    headers['Last-Modified'] = new Date(given.lastModified).toUTCString();
  if (isCurrent(c, etag, given.lastModified)) return c.body(null, 304, headers);
  return c.body(given.text, 200, { ...headers, 'Content-Type': given.contentType });
}

function isCurrent(c: Context, etag: string, lastModified: number | undefined): boolean {
  const ifNoneMatch = c.req.header('If-None-Match');
  if (ifNoneMatch !== undefined) return noneMatches(ifNoneMatch, etag);
  const since = Date.parse(c.req.header('If-Modified-Since') ?? '');
  if (!lastModified || !Number.isFinite(since)) return false;
  return Math.floor(lastModified / 1000) * 1000 <= since;
}
