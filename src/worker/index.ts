/** Turns journal events into jobs, and time into the jobs that are due. */
export { publishEvaluation } from './jobs/settle-channel.ts';
export { startSchedule } from './schedule.ts';
export type { KeptChannel, KeptFeed, WalkContext } from './walk-context.ts';
export { createWorker, type Worker } from './worker.ts';
