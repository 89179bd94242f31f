/** Turns the packages of a channel and the advisories into matches: what affects what, how surely, and why. */

export { carriedOf, carriedPackage } from './carried.ts';
export { createMatcher, type Matcher, type MatchRequest } from './create-matcher.ts';
export type { MatchDifference } from './difference-of.ts';
export { type FixShown, fixShown } from './fix-shown.ts';
export { createFixStore, type FixStore } from './fix-store.ts';
export { createIdentityData, type IdentityData } from './identity-data.ts';
export { LabelledCase, lateCase } from './labelled-case.ts';
export { type Explanation, matchPackage, type RoutedMatch, type StoredMatch } from './match-package.ts';
export type * from './model.ts';
export { isMappedBy } from './names-of.ts';
export { patchEvidence } from './patch-evidence.ts';
export { provable, readableFixes, readFixes } from './read-fixes.ts';
export { readDictionary, readPurlProducts } from './read-identity-data.ts';
export type { Shadow } from './shadow.ts';
export { createMatchStore, type MatchStore, type RunScope } from './store.ts';
export type { MatchingTables } from './tables.ts';
export { type ApartList, apartLists } from './taken.ts';
export { verdictOf } from './verdict-of.ts';
