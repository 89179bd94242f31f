import { sql, type Transaction } from 'kysely';
import type { FeedsTables } from './tables.ts';

type Counts = Readonly<Record<'record' | 'pack' | 'change' | 'score', number>>;

/** Takes numbers in a row and gives the first of each. Others who ask wait until this transaction ends. */
export async function takeNumbers(trx: Transaction<FeedsTables>, counts: Partial<Counts>): Promise<Counts> {
  const { record = 0, pack = 0, change = 0, score = 0 } = counts;
  const last = await trx
    .updateTable('feed_counter')
    .set({
      record: sql<number>`record + ${record}`,
      pack: sql<number>`pack + ${pack}`,
      change: sql<number>`change + ${change}`,
      score: sql<number>`score + ${score}`,
    })
    .returning(['record', 'pack', 'change', 'score'])
    .executeTakeFirstOrThrow();
  return {
    record: last.record - record + 1,
    pack: last.pack - pack + 1,
    change: last.change - change + 1,
    score: last.score - score + 1,
  };
}
