/** Turns journal events into jobs, and time into the jobs that are due. */
export { consumerNews } from './consumer-news.ts';
export { consumerStandings, lockStandings } from './consumer-standings.ts';
export { collectCache } from './jobs/collect-cache.ts';
export { type FixRequest, openProposal, proposeFix } from './jobs/propose-fix.ts';
export { coverageOfEvaluation, coverageRefusal } from './jobs/release-coverage.ts';
export { publishEvaluation } from './jobs/settle-channel.ts';
export { holdEmbargoes } from './jobs/tend-embargoes.ts';
export { startSchedule } from './schedule.ts';
export type { KeptCache, KeptChannel, KeptFeed, ReviewCollectors, WalkContext } from './walk-context.ts';
export { createWorker, type Worker } from './worker.ts';
