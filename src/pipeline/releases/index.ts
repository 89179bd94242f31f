/** Turns a commit of a channel into an immutable, versioned release of the whole tree, and withdraws it when it must be. */
export type * from './model.ts';
export { type PublishOutcome, publishRelease, tarballKey, versionOf } from './publish-release.ts';
export { createReleaseStore, type ReleaseStore } from './store.ts';
export type { ReleasesTables } from './tables.ts';
export { versionStep } from './version-step.ts';
