import { sql, type Transaction } from 'kysely';
import type { FeedsTables } from './tables.ts';

type Counts = Readonly<Record<'record' | 'pack' | 'change', number>>;

/** Takes numbers in a row and gives the first of each. Others who ask wait until this transaction ends. */
export async function takeNumbers(trx: Transaction<FeedsTables>, counts: Counts): Promise<Counts> {
  const last = await trx
    .updateTable('feed_counter')
    .set({
      record: sql<number>`record + ${counts.record}`,
      pack: sql<number>`pack + ${counts.pack}`,
      change: sql<number>`change + ${counts.change}`,
    })
    .returning(['record', 'pack', 'change'])
    .executeTakeFirstOrThrow();
  return {
    record: last.record - counts.record + 1,
    pack: last.pack - counts.pack + 1,
    change: last.change - counts.change + 1,
  };
}
