/** Turns what the house is told in confidence into cases for a few, until they are public and findings like any other. */
export { EmbargoAct, type EmbargoOutcome, refusalWords } from './act.ts';
export { createEmbargoDesk, type EmbargoDesk, type OpenOutcome } from './desk.ts';
export { factsOfCase } from './facts-of-case.ts';
export { fixesToPropose, type PreparedFix } from './fixes-to-propose.ts';
export { createHouseSource } from './house-source.ts';
export { createEmbargoKeeper, type EmbargoKeeper } from './keeper.ts';
export type { Embargo, EmbargoCase, EmbargoEvent } from './model.ts';
export { advisoryOf, houseSource } from './record.ts';
export { type EmbargoReport, readReport, reportExample } from './report.ts';
export type { EmbargoTables } from './tables.ts';
