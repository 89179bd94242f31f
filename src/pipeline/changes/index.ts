/** Turns new upstream commits and fixes into moves of a channel's branch, and says what each did to the packages. */
export { effectsBetween } from './effects-between.ts';
export type * from './model.ts';
export { type ChangeStore, createChangeStore } from './store.ts';
export { applyFix, syncBranch, type Upstream } from './sync-branch.ts';
export type { ChangesTables } from './tables.ts';
