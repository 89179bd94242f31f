/** Turns new upstream commits and fixes into moves of a channel's branch, each examined, reviewed and told by what it did to the packages. */
export { effectsBetween } from './effects-between.ts';
export type * from './model.ts';
export { moveChannel } from './move-channel.ts';
export { type Decision, decisionOf, type Lack } from './reviews/decide.ts';
export { type DetailsByPair, examineStep, idsIn, pairOf } from './reviews/examine-step.ts';
export type * from './reviews/model.ts';
export { proposeStep } from './reviews/propose-step.ts';
export { type AccountAct, type ActOutcome, createReviewStore, type ReviewStore } from './reviews/store.ts';
export type { ReviewTables } from './reviews/tables.ts';
export { adoptPatches } from './series/adopt-patches.ts';
export { reconcileSeries } from './series/compose-step.ts';
export type * from './series/model.ts';
export { createSeriesStore, type SeriesStore } from './series/store.ts';
export type { SeriesTables } from './series/tables.ts';
export { type SeriesProof, verifySeries } from './series/verify-series.ts';
export { type ChangeStore, createChangeStore } from './store.ts';
export { applyFix, fetchUpstream, syncBranch, type Upstream } from './sync-branch.ts';
export type { ChangesTables } from './tables.ts';
