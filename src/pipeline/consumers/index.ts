/** Turns the lock files of those who consume our releases into where each of them stands. */
export { findInputs } from './find-inputs.ts';
export type * from './model.ts';
export { readPinnedUrl, requirementOfUrl } from './pinned-url.ts';
export { standingOf } from './standing-of.ts';
export { type ConsumerStore, createConsumerStore, maxLockBytes } from './store.ts';
export type { ConsumersTables } from './tables.ts';
