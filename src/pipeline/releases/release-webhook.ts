import { simplifiedVersion } from '../../formats/nix/flake-version.ts';
import { toIso } from '../../foundation/clock.ts';
import type { PlacedRelease, RegistryFlake } from './registry/index-registry.ts';

/**
 * What FlakeHub posts to a webhook when a release is published, for receivers that were written for it. Signed, its JSON
 * goes with the header `X-FlakeHub-Signature-256`: HMAC-SHA256 of the bytes. https://docs.determinate.systems/flakehub
 */
export type ReleaseWebhook = ReturnType<typeof releaseWebhook>;

export function releaseWebhook(given: {
  readonly publicUrl: string;
  readonly flake: RegistryFlake;
  readonly placed: PlacedRelease;
}) {
  const { publicUrl, flake } = given;
  const { release, note } = given.placed;
  const name = `${encodeURIComponent(flake.organisation)}/${encodeURIComponent(flake.flake)}`;
  const short = simplifiedVersion(release.version);
  return {
    release: {
      owner: flake.organisation,
      name: flake.flake,
      version: release.version,
      revision: release.commitId,
      release_uuid: release.uuid,
      visibility: flake.visibility,
      mirrored: note?.mirrored ?? false,
      description: note?.description ?? flake.description,
      published_at: toIso(release.publishedAt),
      project_html_url: `${publicUrl}/flake/${name}`,
      release_html_url: `${publicUrl}/flake/${name}/${encodeURIComponent(short)}`,
      flake_nix_url: `${publicUrl}/f/${name}/${encodeURIComponent(`=${short}`)}.tar.gz`,
    },
  };
}
