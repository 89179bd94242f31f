import type { EpochMs } from '../../foundation/clock.ts';
import type { RandomBytes } from '../../foundation/ids.ts';
import { advanceCursor, cursorOf, eventsAfter, type JournalTables } from '../../journal/index.ts';
import type { Database } from '../../platform/database/index.ts';
import { isTold, messagesOf } from './event-messages.ts';
import { foldHeld } from './fold-held.ts';
import { planMessages } from './plan-messages.ts';
import type { AlertFacts } from './planned-message.ts';
import type { AlertsTables } from './tables.ts';

const reader = 'alerts';
const eventsTogether = 500;

export interface AlertPlanner {
  /**
   * Turns the events since the last time into deliveries, and what was held until now into digests. Killed anywhere it
   * does the rest the next time: the deliveries and the place in the journal are written together.
   */
  readonly plan: (facts: () => Promise<AlertFacts>) => Promise<void>;
}

export function createAlertPlanner(given: {
  readonly db: Database<AlertsTables & JournalTables>;
  readonly random: RandomBytes;
  readonly now: () => EpochMs;
}): AlertPlanner {
  const { db, random, now } = given;
  return {
    plan: async (facts) => {
      for (;;) {
        const events = await eventsAfter(db, await cursorOf(db, reader), eventsTogether);
        const last = events.at(-1);
        if (last === undefined) break;
        const told = events.filter(isTold);
        const messages = told.length === 0 ? [] : messagesOf(told, await facts());
        await db.write(async (trx) => {
          await planMessages(trx, { messages, now: now(), random, dialect: db.dialect });
          await advanceCursor(trx, reader, last.sequence);
        });
      }
      await foldHeld(db, { now: now(), random });
    },
  };
}
