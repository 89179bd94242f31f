/** Turns the records of all feeds into one advisory a vulnerability, with every source's say kept apart. */
export { idSpellings } from './id-spellings.ts';
export { mergeRecords } from './merge-records.ts';
export type * from './model.ts';
export { severityBands } from './model.ts';
export type { AdvisoryOfRecords } from './read-advisories.ts';
export { roleOf } from './source-role.ts';
export { type AdvisoryStore, createAdvisoryStore } from './store.ts';
export type { AdvisoriesTables } from './tables.ts';
