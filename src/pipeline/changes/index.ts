/** Turns new upstream commits and fixes into moves of a channel's branch, each examined, reviewed and told by what it did to the packages. */
export { type ChannelStep, type ChannelTroubles, createChannelTroubles } from './channel-troubles.ts';
export type { ExaminedCommit, OutputFacts } from './detectors/detector.ts';
export { effectsBetween } from './effects-between.ts';
export { createForge } from './forge/create-forge.ts';
export type { ForgeSettings } from './forge/model.ts';
export { peopleBehind } from './forge/people-behind.ts';
export { projectNameOf } from './forge/project-name.ts';
export { type ScorecardSettings, scorecardOf } from './forge/scorecard.ts';
export { idsOfPatches } from './ids-of-patches.ts';
export { announceSupport } from './lines/announce-support.ts';
export { chooseRevision } from './lines/choose-revision.ts';
export type * from './lines/model.ts';
export { overlapFaults, type Support, successorOf, supportAt } from './lines/support.ts';
export type { LineTables } from './lines/tables.ts';
export { leavingSays, type ValidatedModule, type Validation, validationOf } from './lines/validated.ts';
export type * from './model.ts';
export { moveChannel } from './move-channel.ts';
export { measureOutputs } from './outputs/measure-outputs.ts';
export { makeProposal } from './proposals/make-proposal.ts';
export { type ProposalOutcome, type ProposalWay, proposalWays } from './proposals/model.ts';
export type { ActOutcome, PersonalAct } from './reviews/act-on-review.ts';
export { type Decision, decisionOf } from './reviews/decide.ts';
export { type AgreeOutcome, createEnforcement, type Enforcement } from './reviews/enforcement.ts';
export {
  type CollectedFacts,
  type DetailsByPair,
  examineStep,
  type Lacking,
  pairOf,
} from './reviews/examine-step.ts';
export { createReviewFactStore, type ReviewFactStore } from './reviews/fact-store.ts';
export { type BuildReport, changedThemselves, type FailedBuild, gatesOf } from './reviews/gates.ts';
export type { ReviewHabits } from './reviews/habits.ts';
export { lackWords } from './reviews/lack-words.ts';
export type * from './reviews/model.ts';
export { reviewActKinds } from './reviews/model.ts';
export { proposeStep } from './reviews/propose-step.ts';
export { type AccountAct, createReviewStore, type ReviewStore } from './reviews/store.ts';
export type { ReviewTables } from './reviews/tables.ts';
export { rollBackCommit, rolledBackTo } from './roll-back.ts';
export { adoptPatches } from './series/adopt-patches.ts';
export { reconcileSeries } from './series/compose-step.ts';
export type * from './series/model.ts';
export { readTrailers } from './series/read-trailers.ts';
export { createSeriesStore, type SeriesStore } from './series/store.ts';
export type { SeriesTables } from './series/tables.ts';
export { carriedAt, type SeriesProof, verifySeries } from './series/verify-series.ts';
export { signalsOf } from './signals/signals-of.ts';
export { compareSource, type ReviewedSource, type SeenTag } from './sources/compare-source.ts';
export type { SourceSettings } from './sources/model.ts';
export { type ChangeStore, createChangeStore } from './store.ts';
export { applyFix, fetchUpstream, followUpstream, type Upstream } from './sync-branch.ts';
export type { ChangesTables } from './tables.ts';
