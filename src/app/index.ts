/** Wires stages, adapters and settings together: the one place that knows them all. */
export { checkConfiguration } from './check-configuration.ts';
export { type CheckOutcome, checkLock } from './check-lock.ts';
export { initWorkspace } from './init-workspace.ts';
export { openWorkspace, type Workspace } from './open-workspace.ts';
export { runUp } from './run-up.ts';
export { type PlannedRelease, plannedRelease } from './planned-release.ts';
export { importInventory, scanReport } from './scan.ts';
export { publishEvaluation } from '../worker/index.ts';
