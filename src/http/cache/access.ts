import type { Context } from 'hono';
import { type FlakePlace, mayRead, mayWrite } from '../../accounts/index.ts';
import { parseStorePath } from '../../formats/nix/store-path.ts';
import { type CacheId, cacheOfFlake, commonCache, flakeOfCache } from '../../pipeline/releases/index.ts';
import { closureOf, principalOf } from '../principal.ts';
import type { CachePorts } from './ports.ts';

/** What whoever asks may see at an address. */
export interface Sight {
  /** Everything in these; in the order in which they are asked. */
  readonly caches: readonly CacheId[];
  /** In these only the closure of one path, which a token was made for. */
  readonly closure: { readonly caches: readonly CacheId[]; readonly hashes: ReadonlySet<string> } | null;
}

export interface Access {
  readonly sightOf: (c: Context, place: FlakePlace | null) => Promise<Sight>;
  /** A cache that was not there before now is. */
  readonly forget: () => void;
  readonly mayWrite: (c: Context, place: FlakePlace | null) => boolean;
}

const rememberMs = 5_000;

export function createAccess(ports: CachePorts, now: () => number): Access {
  let known: { readonly at: number; readonly caches: Promise<readonly CacheId[]> } | null = null;
  // Asked with every request that has a token, yet it changes with the first upload to a new cache only.
  const cachesNow = () => {
    if (known === null || now() - known.at > rememberMs)
      known = { at: now(), caches: ports.sizes().then((sizes) => sizes.map(({ cache }) => cache)) };
    return known.caches;
  };
  const isVisible = async (c: Context, cache: CacheId): Promise<boolean> => {
    const place = flakeOfCache(cache);
    const named = place ?? { organisation: ports.organisation, flake: '' };
    const visibility = place === null ? ports.commonVisibility : await ports.visibilityOf(place);
    return mayRead(principalOf(c), { ...named, visibility });
  };
  const visible = async (c: Context, caches: readonly CacheId[]) => {
    const seen = await Promise.all(caches.map((cache) => isVisible(c, cache)));
    return caches.filter((_, index) => seen[index]);
  };
  return {
    sightOf: async (c, place) => {
      const all = place === null ? await everyCache(cachesNow) : [cacheOfFlake(place.organisation, place.flake)];
      const root = parseStorePath(closureOf(c) ?? '');
      return {
        caches: await visible(c, all),
        closure: root === null ? null : { caches: all, hashes: await ports.store.closure(all, root.hash) },
      };
    },
    forget: () => {
      known = null;
    },
    mayWrite: (c, place) =>
      mayWrite(principalOf(c), 'cache-write', place ?? { organisation: ports.organisation, flake: null }),
  };
}

async function everyCache(cachesNow: () => Promise<readonly CacheId[]>): Promise<readonly CacheId[]> {
  return [commonCache, ...(await cachesNow()).filter((cache) => cache !== commonCache)];
}
