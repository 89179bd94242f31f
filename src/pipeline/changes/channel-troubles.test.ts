import { describe, expect, test } from 'vitest';
import { eventsAfter, type JournalTables } from '../../journal/index.ts';
import { databasesForTests } from '../../platform/database/testing.ts';
import { createChannelTroubles } from './channel-troubles.ts';

describe.each(await databasesForTests())('troubles of a channel on $name', ({ open }) => {
  test('each step has its own, told once, until the step is done', async () => {
    const db = await open<JournalTables>();
    const troubles = createChannelTroubles(db);
    const note = (channel: string, step: 'sync' | 'settle', says: string | null, at: number) =>
      troubles.note({ channel, step, at, trouble: says === null ? null : { says, hint: `about ${says}` } });
    await note('rolling', 'sync', null, 1);
    await note('rolling', 'sync', 'no branch', 2);
    await note('rolling', 'sync', 'no branch', 3);
    await note('rolling', 'settle', 'no disk', 4);
    await note('other', 'sync', 'no network', 5);
    expect(await troubles.of('rolling')).toEqual([
      { step: 'sync', says: 'no branch', hint: 'about no branch', at: 2 },
      { step: 'settle', says: 'no disk', hint: 'about no disk', at: 4 },
    ]);
    await note('rolling', 'sync', 'no network', 6);
    await note('rolling', 'settle', null, 7);
    await note('rolling', 'settle', null, 8);
    expect(await troubles.of('rolling')).toEqual([
      { step: 'sync', says: 'no network', hint: 'about no network', at: 6 },
    ]);
    expect(await troubles.of('none')).toEqual([]);
    expect((await eventsAfter(db, 0, 100)).map(({ kind, subject }) => `${kind} ${subject}`)).toEqual([
      'channel.stuck rolling/sync',
      'channel.stuck rolling/settle',
      'channel.stuck other/sync',
      'channel.stuck rolling/sync',
      'channel.going-on rolling/settle',
    ]);
    await note('rolling', 'sync', 'x'.repeat(5000), 9);
    await note('rolling', 'sync', 'x'.repeat(5000), 10);
    expect((await eventsAfter(db, 0, 100)).length).toBe(6);
  });
});
