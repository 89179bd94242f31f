import type { PublishedRelease } from '../pipeline/evidence/index.ts';
import type { RegistryIndex } from '../pipeline/releases/index.ts';

/** A release as our advisories tell of it; a private flake does not exist there. */
export function publicRelease(index: RegistryIndex, uuid: string): PublishedRelease | undefined {
  const found = index.release(uuid);
  if (found === null || found.flake.visibility === 'private') return undefined;
  const { channel, version, commitId: revision, publishedAt } = found.placed.release;
  return { uuid, channel, version, revision, publishedAt };
}
