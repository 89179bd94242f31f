import type { Clock } from '../foundation/clock.ts';
import type { RandomBytes } from '../foundation/ids.ts';
import type { Database } from '../platform/database/index.ts';
import type { Log } from '../platform/log/index.ts';
import { createEmbeddedQueue } from '../platform/queue/embedded.ts';
import type { Queue } from '../platform/queue/index.ts';
import type { JobTables } from '../platform/queue/job-rows.ts';

/** Jobs beside the data: rows of the SQLite file, or pg-boss in the PostgreSQL database. */
export async function openQueue<Tables extends JobTables>(given: {
  readonly setting: string;
  readonly database: Database<Tables>;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly log: Log;
}): Promise<Queue & { readonly close: () => Promise<void> }> {
  const { setting, clock, log } = given;
  if (setting.startsWith('sqlite:')) return { ...createEmbeddedQueue(given), close: async () => {} };
  const { openPgBossQueue } = await import('../platform/queue/pg-boss.ts');
  return openPgBossQueue({ url: setting, clock, log });
}
