/** Turns a commit of a channel into an immutable, versioned release of the whole tree, and withdraws it when it must be. */
export { acceptPath } from './cache/accept-path.ts';
export { collectGarbage, type GarbageReport } from './cache/collect-garbage.ts';
export {
  type CoverageStore,
  coverageOf,
  createCoverageStore,
  isEnough,
  type RecordedCoverage,
  type SystemCoverage,
  type Waiver,
} from './cache/coverage.ts';
export { createInspectionThread } from './cache/inspection-thread.ts';
export {
  createKeyChanges,
  type KeyChange,
  type KeyChangeOutcome,
  type KeyChanges,
  keyChangeRefusal,
  keyChangeText,
} from './cache/key-changes.ts';
export { type CacheKeys, createCacheKeys, nextKeyName, type PublicKey } from './cache/keys.ts';
export {
  type CacheId,
  type CacheSize,
  cacheOfFlake,
  commonCache,
  flakeOfCache,
  type Pin,
  type SideKind,
  type StoredNar,
  sideKinds,
} from './cache/model.ts';
export type { OfferOutcome } from './cache/offer.ts';
export { createPins, type Pins } from './cache/pins.ts';
export { listingKey, receiveNar } from './cache/receive-nar.ts';
export { receiveSideFile, sideFileFault } from './cache/receive-side-file.ts';
export { type CacheStore, createCacheStore } from './cache/store.ts';
export type { CacheTables, CoverageTables } from './cache/tables.ts';
export {
  type ApprovedException,
  type AskedException,
  createExceptionStore,
  type ExceptionOutcome,
  type ExceptionStore,
  exceptionRefusal,
} from './exceptions.ts';
export type * from './model.ts';
export { outputLeaves } from './output-leaves.ts';
export { type PublishOutcome, publishRelease, tarballKey, versionOf } from './publish-release.ts';
export { assertPublishable } from './publishable-tree.ts';
export { createFlakeWriter, type FlakeWriter, mayDescribe, mayWithdraw } from './registry/describe-flake.ts';
export {
  indexRegistry,
  type PlacedRelease,
  type RegistryFlake,
  type RegistryIndex,
} from './registry/index-registry.ts';
export { createRegistryStore, type RegistryStore } from './registry/registry-store.ts';
export { type ReleaseWebhook, releaseWebhook } from './release-webhook.ts';
export { createReleaseStore, type ReleaseStore } from './store.ts';
export type { ReleasesTables } from './tables.ts';
export { examineTarball } from './uploads/examine-tarball.ts';
export type { Announcement } from './uploads/model.ts';
export { createUploads, type Uploads } from './uploads/uploads.ts';
export { versionStep } from './version-step.ts';
