import { simplifiedVersion } from '../../formats/nix/flake-version.ts';
import type { Release } from '../../pipeline/releases/index.ts';
import { resolveRange } from './resolve-range.ts';

/**
 * `{"schemaVersion":1,"label":"acme/secure","message":"0.1.99","color":"blue"}`, of a flake with at least one release.
 * https://shields.io/badges/endpoint-badge
 */
export function badgeJson(releases: readonly [Release, ...Release[]]) {
  const [{ organisation, flake }] = releases;
  const newest = resolveRange(releases, '*');
  return {
    schemaVersion: 1,
    label: `${organisation}/${flake}`,
    ...(newest.kind === 'release'
      ? { message: simplifiedVersion(newest.release.version), color: 'blue' }
      : { message: 'withdrawn', color: 'lightgrey' }),
  };
}
