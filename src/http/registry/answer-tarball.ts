import type { Context } from 'hono';
import type { Visibility } from '../../accounts/index.ts';
import type { Release } from '../../pipeline/releases/index.ts';
import type { BlobStore } from '../../platform/blobs/index.ts';
import { paths } from '../addresses.ts';
import { answerBlob } from '../answer-blob.ts';
import { problemText } from '../problem.ts';
import { immutableLink, releaseEtag } from './link.ts';

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
  const answer = await answerBlob(c, {
    blobs,
    key,
    // Unique per release, not per content: see link.ts.
    etag: releaseEtag(release),
    headers: {
      'Content-Type': 'application/gzip',
      'Cache-Control': `${visibility === 'private' ? 'private' : 'public'}, max-age=31536000, immutable`,
      ...(visibility === 'private' ? { Vary: 'Authorization' } : {}),
      // A Link that names another URL than the lock breaks that lock: say it only where it is the very same.
      ...(isCanonical(requestUrl, publicUrl, release) ? { Link: immutableLink(publicUrl, release) } : {}),
    },
  });
  return answer ?? gone(c, release);
}

function isCanonical(requestUrl: string, publicUrl: string, release: Release): boolean {
  return requestUrl.split('?', 1)[0] === `${publicUrl}${paths.pinned(release)}`;
}

function gone(c: Context, release: Release): Response {
  const detail = `the tarball of ${release.organisation}/${release.flake} ${release.version} was removed: run nix flake update`;
  return problemText(c, { status: 410, code: 'gone', title: 'Gone', detail });
}
