/** Turns facts of every stage into one append-only line of events, and hands them on to whoever reads behind. */

export { appendEvent } from './append.ts';
export type { JournalEvent, JournalTables, NewEvent } from './model.ts';
export { advanceCursor, cursorOf, eventsAfter, eventsOfKinds, latestEvents } from './read.ts';
