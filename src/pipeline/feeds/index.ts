/** Turns what each source publishes into normalised records, kept beside their raw text and found by the products they name. */
export { exportFeeds } from './bundle/export-feeds.ts';
export type { BundleManifest } from './bundle/format.ts';
export { type ImportedFeed, importFeeds } from './bundle/import-feeds.ts';
export { type FeedHealth, feedHealth } from './feed-health.ts';
export type { FeedSync, Latency } from './feed-sync.ts';
export type * from './model.ts';
export { nameKey, packageKey, plainName, productKey, purlKey, repositoryKey } from './product-key.ts';
export type { Candidate, RecordChange } from './read-records.ts';
export { feedSources } from './sources.ts';
export { createFeedStore, type FeedStore, type Quarantined } from './store.ts';
export { type SyncOutcome, syncFeed } from './sync-feed.ts';
export type { FeedIncident, SyncCounts } from './sync-rules.ts';
export type { FeedsTables } from './tables.ts';
