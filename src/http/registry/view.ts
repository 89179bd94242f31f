import type { Context } from 'hono';
import { mayRead, type Principal } from '../../accounts/index.ts';
import type { PlacedRelease, RegistryFlake, RegistryIndex } from '../../pipeline/releases/index.ts';
import type { RegistryReads } from '../ports.ts';
import { principalOf } from '../principal.ts';

/** The registry as one who asks may see it: what is kept from them is not there. */
export interface RegistryView {
  readonly flake: (organisation: string, flake: string) => RegistryFlake | null;
  readonly release: (uuid: string) => { readonly flake: RegistryFlake; readonly placed: PlacedRelease } | null;
  /** What lists and searches name: something to lock to, and not unlisted. By name. */
  readonly listed: () => readonly RegistryFlake[];
}

export function viewFor(index: RegistryIndex, principal: Principal | null): RegistryView {
  const readable = (flake: RegistryFlake | null | undefined) => flake != null && mayRead(principal, flake);
  return {
    flake: (organisation, name) => {
      const flake = index.flake(organisation, name);
      return readable(flake) ? flake : null;
    },
    release: (uuid) => {
      const found = index.release(uuid);
      return readable(found?.flake) ? found : null;
    },
    listed: () => index.flakes.filter((flake) => flake.live > 0 && flake.visibility !== 'unlisted' && readable(flake)),
  };
}

/** The view of whoever sent the request. */
export async function viewOf(registry: Pick<RegistryReads, 'current'>, c: Context): Promise<RegistryView> {
  return viewFor(await registry.current(), principalOf(c));
}
