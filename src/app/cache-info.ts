import type { CacheSize, Pin, PublicKey } from '../pipeline/releases/index.ts';
import type { Workspace } from './open-workspace.ts';

/** The state of the caches, and what clients have to write. */
export interface CacheInfo {
  readonly url: string;
  readonly visibility: string;
  readonly sizes: readonly CacheSize[];
  readonly keys: readonly PublicKey[];
  readonly pins: readonly Pin[];
  /** Lines for nix.conf. */
  readonly nixConf: readonly string[];
}

export async function cacheInfo({ context, configuration, clock }: Workspace): Promise<CacheInfo> {
  const { cache } = context;
  const keys = await cache.keys.list(clock.now());
  const url = `${configuration.public_url}/cache`;
  const trusted = keys.filter(({ retiredAt }) => retiredAt === null).map(({ publicKey }) => publicKey);
  return {
    url,
    visibility: configuration.cache.visibility,
    sizes: await cache.store.sizes(),
    keys,
    pins: await cache.pins.list(),
    nixConf: [`extra-substituters = ${url}`, `extra-trusted-public-keys = ${trusted.join(' ')}`],
  };
}
