import { type Context, Hono } from 'hono';
import { formatNarInfo } from '../../formats/nix/narinfo.ts';
import type { Clock } from '../../foundation/clock.ts';
import { listingKey } from '../../pipeline/releases/index.ts';
import type { BlobStore } from '../../platform/blobs/index.ts';
import { answerBlob } from '../answer-blob.ts';
import { problems, problemText } from '../problem.ts';
import { pathSegments } from '../registry/segments.ts';
import { createAccess, type Sight } from './access.ts';
import { type CacheAddress, readCacheAddress } from './address.ts';
import type { CachePorts } from './ports.ts';
import { createUploads } from './uploads.ts';

const narInfoType = 'text/x-nix-narinfo';
const nothing = problems.notFound('not in this cache');

/**
 * The binary caches: `/cache` for all that may be read, `/cache/{organisation}/{flake}` for that of one flake. To an outsider
 * a private one looks as if it were empty.
 */
export function cacheRoutes(given: {
  readonly cache: CachePorts;
  readonly blobs: BlobStore;
  readonly clock: Clock;
}): Hono {
  const { cache: ports, blobs, clock } = given;
  const access = createAccess(ports, clock.now);
  const uploads = createUploads({ ports, access, clock });
  const app = new Hono();

  app.on(['GET', 'PUT'], '/cache/*', async (c, next) => {
    const address = addressOf(c);
    if (address === null) return next();
    if (c.req.method === 'PUT') return uploads(c, address);
    const sight = await access.sightOf(c, address.place);
    return (await answer(c, address, sight)) ?? problemText(c, nothing);
  });

  function info(c: Context): Response {
    return c.body(`StoreDir: /nix/store\nWantMassQuery: 1\nPriority: ${ports.priority}\n`, 200, {
      'Content-Type': 'text/x-nix-cache-info',
      'Cache-Control': 'public, max-age=3600',
    });
  }

  async function answer(c: Context, { file, place }: CacheAddress, sight: Sight): Promise<Response | null> {
    switch (file.kind) {
      case 'info':
        return info(c);
      case 'narinfo': {
        const path = await pathOf(sight, file.hash);
        return path === null
          ? null
          : c.body(formatNarInfo(path.narInfo), 200, { 'Content-Type': narInfoType, 'Cache-Control': 'no-cache' });
      }
      case 'listing': {
        const path = await pathOf(sight, file.hash);
        const nar = path === null ? null : await ports.store.nar([path.cache], path.narInfo.url.slice('nar/'.length));
        return nar === null
          ? null
          : answerBlob(c, {
              blobs,
              key: listingKey(nar.blob),
              etag: `"${file.hash}.ls"`,
              headers: { 'Content-Type': 'application/json', 'Cache-Control': 'private, max-age=86400' },
            });
      }
      case 'nar': {
        const nar = await narOf(sight, file.file, access.mayWrite(c, place));
        return nar === null
          ? null
          : answerBlob(c, {
              blobs,
              key: nar.blob,
              etag: `"${file.file}"`,
              headers: {
                'Content-Type': 'application/x-nix-nar',
                'Cache-Control': 'private, max-age=31536000, immutable',
              },
            });
      }
      case 'side': {
        const found = sight.caches.length === 0 ? null : await ports.store.sideFile(sight.caches, file.side, file.name);
        return found === null
          ? null
          : answerBlob(c, {
              blobs,
              key: found.blob,
              etag: `"${found.blob.slice(-36)}"`,
              headers: {
                'Content-Type': file.side === 'log' ? 'text/plain; charset=utf-8' : 'application/json',
                'Cache-Control': 'no-cache',
              },
            });
      }
    }
  }

  async function pathOf({ caches, closure }: Sight, hash: string) {
    const open = caches.length === 0 ? null : await ports.store.path(caches, hash);
    if (open !== null || closure === null || !closure.hashes.has(hash)) return open;
    return ports.store.path(closure.caches, hash);
  }

  /** An archive that no path speaks of yet is there for who uploads only. */
  async function narOf({ caches, closure }: Sight, file: string, mayWrite: boolean) {
    const open = caches.length === 0 ? null : await ports.store.nar(caches, file);
    if (open !== null && (mayWrite || (await ports.store.pathsOfNar(open.cache, file)).length > 0)) return open;
    if (closure === null) return null;
    for (const cache of closure.caches) {
      const nar = await ports.store.nar([cache], file);
      const paths = nar === null ? [] : await ports.store.pathsOfNar(cache, file);
      if (paths.some((hash) => closure.hashes.has(hash))) return nar;
    }
    return null;
  }

  return app;
}

function addressOf(c: Context): CacheAddress | null {
  const segments = pathSegments(c.req.url);
  return segments === null ? null : readCacheAddress(segments.slice(1));
}
