import type { FlakeLock } from '../../formats/nix/flake-lock.ts';
import { type LockedInput, lockPaths } from './lock-paths.ts';
import type { ConsumerInput } from './model.ts';
import { readPinnedUrl, requirementOfUrl } from './pinned-url.ts';

/** The inputs of a lock that are locked to a release of a registry, nearest first. */
export function findInputs(lock: FlakeLock): readonly ConsumerInput[] {
  return lockPaths(lock).flatMap((locked) => asInput(locked) ?? []);
}

function asInput({ node, path }: LockedInput): ConsumerInput | null {
  const address = node.locked?.url == null ? null : readPinnedUrl(node.locked.url);
  if (address === null) return null;
  const original = node.original?.url;
  return {
    input: path.join('/'),
    releaseUuid: address.uuid,
    version: address.version,
    organisation: address.organisation,
    flake: address.flake,
    requirement: typeof original === 'string' ? requirementOfUrl(original) : null,
  };
}
