/** Turns matches into findings: each with a state, a severity, deadlines that follow from facts, and a place in the queue. */
export { deadlinesOf, instantsOf } from './deadlines.ts';
export { defaultPolicyText } from './default-policy.ts';
export type { CarriedPackage, FindingsUpdate, Scope, UpdateCounts } from './findings-update.ts';
export type { FindingQuery } from './list-findings.ts';
export type { AwaitedFix, ReleasedFixes } from './mark-released.ts';
export type * from './model.ts';
export type { Person, Role } from './people.ts';
export { parsePolicy, policyFor, type SlaPolicy } from './policy.ts';
export type { PromiseLine } from './promise-lines.ts';
export type { Statement, StatementOutcome } from './record-statement.ts';
export { riskOf } from './risk.ts';
export type { ClockedFinding } from './rows.ts';
export { bandOf } from './severity.ts';
export type { Signature, VerdictOutcome, WithdrawOutcome } from './sign-verdict.ts';
export { explainCase } from './sla/explain-case.ts';
export type { Fact, FactKind } from './sla/facts.ts';
export { replay } from './sla/replay.ts';
export type { CaseTimeline } from './sla/timeline.ts';
export {
  type Attribution,
  createFindingStore,
  type FindingCase,
  type FindingCount,
  type FindingStore,
  type OpenCount,
} from './store.ts';
export type { FindingsTables } from './tables.ts';
export { Verdict, verdictReasons } from './verdict.ts';
