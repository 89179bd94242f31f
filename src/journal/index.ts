/** Turns facts of every stage into one append-only line of events, and hands them on to whoever reads behind. */

export { appendEvent, appendEvents } from './append.ts';
export type { JournalEvent, JournalTables, NewEvent } from './model.ts';
export {
  advanceCursor,
  cursorOf,
  eventsAfter,
  eventsOfKinds,
  eventsOfSubjects,
  latestEvents,
  sequenceReader,
} from './read.ts';
