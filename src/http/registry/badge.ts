import { simplifiedVersion } from '../../formats/nix/flake-version.ts';
import type { RegistryFlake } from '../../pipeline/releases/index.ts';
import { resolveRange } from './resolve-range.ts';

/** `{"schemaVersion":1,"label":"acme/secure","message":"0.1.99","color":"blue"}`: https://shields.io/badges/endpoint-badge */
export function badgeJson(flake: RegistryFlake) {
  const newest = resolveRange(flake, '*');
  const quiet = flake.releases.length === 0 ? 'no release' : flake.newest === null ? 'withdrawn' : 'pre-release';
  return {
    schemaVersion: 1,
    label: `${flake.organisation}/${flake.flake}`,
    ...(newest.kind === 'release'
      ? { message: simplifiedVersion(newest.placed.release.version), color: 'blue' }
      : { message: quiet, color: 'lightgrey' }),
  };
}
