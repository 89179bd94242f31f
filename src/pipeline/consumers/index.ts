/** Turns the lock files of those who consume our releases, and what they say that they run, into where each of them stands. */

export { type Affected, affectedBy } from './affected-by.ts';
export { celCondition } from './cel-condition.ts';
export { readChannelStatuses, statusesByCalendar } from './channel-statuses.ts';
export { checkNixpkgs, type LockIssue, type NixpkgsCheck, type NixpkgsPolicy } from './check-nixpkgs.ts';
export { type BuiltPackage, type Component, namesOf } from './component.ts';
export { type Coverage, type CoverageLine, coverageOf } from './coverage-of.ts';
export { endedLines } from './ended-lines.ts';
export type { ConsumerFeed } from './feed-store.ts';
export { findInputs } from './find-inputs.ts';
export { createHeldStanding, type HeldStanding } from './held-standing.ts';
export { lackedByFlake } from './lacked-by-flake.ts';
export { lockPaths } from './lock-paths.ts';
export type * from './model.ts';
export { isNixpkgs } from './nixpkgs-input.ts';
export { readPinnedUrl, requirementOfUrl } from './pinned-url.ts';
export { productNames } from './product-names.ts';
export { maxClosureBytes } from './read-closure.ts';
export { readComponents } from './read-components.ts';
export { type CoverageRequest, CoverageWish, type RequestState } from './request-store.ts';
export { type FactAdvisory, SetFacts, staleSince } from './set-facts.ts';
export { shippedFixes, standingOf } from './standing-of.ts';
export { type ConsumerStore, createConsumerStore, maxLockBytes } from './store.ts';
export type { ConsumersTables } from './tables.ts';
