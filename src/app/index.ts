/** Wires stages, adapters and settings together: the one place that knows them all. */

export { collectCache, publishEvaluation } from '../worker/index.ts';
export { type CacheInfo, cacheInfo } from './cache-info.ts';
export { checkConfiguration } from './check-configuration.ts';
export { type CheckOutcome, type CheckRequest, checkLock } from './check-lock.ts';
export { type ClientStatus, clientStatus } from './client-status.ts';
export { askAffected } from './consumer-answers/ask-affected.ts';
export { askCoverage, type CoverageAnswer } from './consumer-answers/ask-coverage.ts';
export { askServer, tokenFor } from './consumer-answers/ask-server.ts';
export { exportData } from './consumer-answers/export-data.ts';
export { requestCoverage } from './consumer-answers/request-coverage.ts';
export { coverRequested } from './cover-requested.ts';
export { coveredClosure } from './covered-closure.ts';
export { coveredPortOf } from './covered-port.ts';
export { exportReviews } from './export-reviews.ts';
export { exportBundle, importBundle } from './feed-bundle.ts';
export { initWorkspace } from './init-workspace.ts';
export { openWorkspace, type Workspace } from './open-workspace.ts';
export { plannedRelease } from './planned-release.ts';
export { pushPaths } from './push-paths.ts';
export { registerLock, removeLock } from './register-lock.ts';
export { runUp } from './run-up.ts';
export { importInventory, scanReport } from './scan.ts';
export { readPublicKey } from './signing-keys.ts';
export { exportSla, verifySlaExport } from './sla-export.ts';
export { updateLock } from './update-lock.ts';
export { verifyRelease } from './verify-release.ts';
