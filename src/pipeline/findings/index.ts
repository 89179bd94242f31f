/** Turns matches into findings: each with a state, a severity, deadlines that follow from facts, and a place in the queue. */
export type { Attainment, AttainmentRow, Miss } from './attainment/attainment.ts';
export type { Forecast } from './attainment/forecast.ts';
export { type AttainmentStore, createAttainmentStore } from './attainment/store.ts';
export type { Spread } from './attainment/survival.ts';
export { type ExportReport, maxLineBytes, verifyExport } from './attainment/verify-export.ts';
export { exportLines } from './attainment/write-export.ts';
export { instantsOf } from './deadlines.ts';
export { defaultPolicyText } from './default-policy.ts';
export type { CarriedPackage, FindingsUpdate } from './findings-update.ts';
export type * from './model.ts';
export { parsePolicy } from './policy.ts';
export type { PromiseLine } from './promise-lines.ts';
export type { Statement } from './record-statement.ts';
export type { ClockedFinding } from './rows.ts';
export { replay } from './sla/replay.ts';
export { createFindingStore, type FindingStore } from './store.ts';
export type { FindingsTables } from './tables.ts';
export { Verdict } from './verdict.ts';
