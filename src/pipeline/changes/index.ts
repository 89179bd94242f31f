/** Turns new upstream commits and fixes into moves of a channel's branch, each examined, reviewed and told by what it did to the packages. */
export type { CompromiseWindow } from './detectors/detector.ts';
export { detectors } from './detectors/index.ts';
export { effectsBetween } from './effects-between.ts';
export type * from './model.ts';
export { moveChannel } from './move-channel.ts';
export { type Decision, decisionOf, type Lack, worstOf } from './reviews/decide.ts';
export { type DetailsByPair, examineStep, idsIn, pairOf } from './reviews/examine-step.ts';
export type * from './reviews/model.ts';
export { proposeStep } from './reviews/propose-step.ts';
export { type AccountAct, type ActOutcome, createReviewStore, type ReviewStore } from './reviews/store.ts';
export type { ReviewTables } from './reviews/tables.ts';
export { type ChangeStore, createChangeStore } from './store.ts';
export { applyFix, fetchUpstream, syncBranch, type Upstream } from './sync-branch.ts';
export type { ChangesTables } from './tables.ts';
