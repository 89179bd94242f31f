/** Turns what each source publishes into normalised records, kept beside their raw text and found by the products they name. */
export { exportFeeds } from './bundle/export-feeds.ts';
export { importFeeds } from './bundle/import-feeds.ts';
export { feedHealth } from './feed-health.ts';
export type { FeedSync } from './feed-sync.ts';
export type * from './model.ts';
export { normaliseOsv } from './osv/normalise.ts';
export {
  fixedElsewhere,
  nameKey,
  packageKey,
  packageOfStatement,
  plainName,
  productKey,
  purlKey,
  repositoryKey,
} from './product-key.ts';
export type { Candidate } from './read-records.ts';
export { identitiesOf } from './replace-affected.ts';
export { feedSources } from './sources.ts';
export { createFeedStore, type FeedStore } from './store.ts';
export { syncFeed } from './sync-feed.ts';
export type { FeedsTables } from './tables.ts';
