import { Hono } from 'hono';
import { mayRead } from '../../accounts/index.ts';
import { flakeOfCache } from '../../pipeline/releases/index.ts';
import type { CachePorts } from '../cache/ports.ts';
import { principalOf } from '../principal.ts';
import type { PageContext, ShowPage } from './context.ts';
import { CachePage } from './pages/cache.tsx';

/** The page of the binary cache; caches that whoever looks may not read are not on it. */
export function cachePageRoutes(given: {
  readonly cache: Pick<CachePorts, 'sizes' | 'keys' | 'organisation' | 'commonVisibility' | 'visibilityOf'>;
  readonly show: ShowPage;
  readonly context: () => PageContext;
}): Hono {
  const { cache, show, context } = given;
  const app = new Hono();
  app.get('/cache', async (c) => {
    const sizes = await cache.sizes();
    const seen = await Promise.all(
      sizes.map(async (size) => {
        const place = flakeOfCache(size.cache);
        const visibility = place === null ? cache.commonVisibility : await cache.visibilityOf(place);
        const named = place ?? { organisation: cache.organisation, flake: '' };
        return visibility === 'unlisted' || !mayRead(principalOf(c), { ...named, visibility }) ? [] : [size];
      }),
    );
    const page = <CachePage sizes={seen.flat()} keys={await cache.keys()} context={context()} />;
    return show(c, '/cache', 'Binary cache', page);
  });
  return app;
}
