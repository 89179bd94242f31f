import type { EpochMs } from '../../../foundation/clock.ts';
import { appendEvent, type JournalTables } from '../../../journal/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import type { NamedLine } from './model.ts';
import { lastDay, successorOf, supportAt } from './support.ts';
import type { LineTables } from './tables.ts';

/** Says once for each step that the support of a channel is ending or has ended; an end that is moved is told anew. */
export async function announceSupport(
  db: Database<LineTables & JournalTables>,
  { lines, now }: { readonly lines: readonly NamedLine[]; readonly now: EpochMs },
): Promise<void> {
  for (const named of lines) {
    const support = supportAt(named.line.support, now);
    if (support.kind !== 'ending' && support.kind !== 'ended') continue;
    const [endsAt, step] =
      support.kind === 'ended' ? [support.since, 'ended'] : [support.until, String(support.months)];
    const notice = { channel: named.id, ends_at: endsAt, step };
    await db.write(async (trx) => {
      const told = await trx
        .insertInto('channel_notice')
        .values({ ...notice, at: now })
        .onConflict((conflict) => conflict.doNothing())
        .returning('at')
        .executeTakeFirst();
      if (told === undefined) return;
      await appendEvent(trx, {
        at: now,
        kind: support.kind === 'ended' ? 'channel.ended' : 'channel.ending',
        subject: named.id,
        actor: 'robot',
        payload: { channel: named.id, lastDay: lastDay(endsAt), successor: successorOf(named, lines)?.id ?? null },
      });
    });
  }
}
