/** Turns the packages of a channel and the advisories into matches: what affects what, how surely, and why. */

export { carriedOf, carriedPackage } from './carried.ts';
export { createMatcher, type Matcher, type MatchRequest } from './create-matcher.ts';
export { differenceOf } from './difference-of.ts';
export { createIdentityData, type IdentityData } from './identity-data.ts';
export { type Explanation, matchPackage, type RoutedMatch } from './match-package.ts';
export type * from './model.ts';
export { readDictionary, readPurlProducts } from './read-identity-data.ts';
export { createMatchStore, type MatchStore, type RunScope } from './store.ts';
export type { MatchingTables } from './tables.ts';
