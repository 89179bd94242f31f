import type { EpochMs } from '../../../foundation/clock.ts';
import type { ChangeStore } from '../store.ts';

const atOnce = 20;
const most = 1_000;

/**
 * The newest revision that a channel had by an instant and that is sound; null when there is none. The time is when we saw the
 * channel move, not what a commit says of itself: that is for whoever wrote it to choose.
 */
export async function chooseRevision(given: {
  readonly changes: Pick<ChangeStore, 'changesOf'>;
  readonly channel: string;
  readonly until: EpochMs;
  readonly isSound: (commitId: string) => Promise<boolean>;
}): Promise<string | null> {
  const { changes, channel, until, isSound } = given;
  for (let seen = 0, before: string | undefined; seen < most; seen += atOnce) {
    const older = await changes.changesOf(channel, {
      limit: atOnce,
      until,
      ...(before === undefined ? {} : { before }),
    });
    for (const { to } of older) if (await isSound(to)) return to;
    before = older.at(-1)?.id;
    if (older.length < atOnce) return null;
  }
  return null;
}
