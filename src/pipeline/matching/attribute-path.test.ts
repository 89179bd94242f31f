import { expect, test } from 'vitest';
import type { JournalTables } from '../../journal/index.ts';
import { databasesForTests } from '../../platform/database/testing.ts';
import { silentProgress } from '../../platform/log/index.ts';
import { type AdvisoriesTables, createAdvisoryStore } from '../advisories/index.ts';
import { createFeedStore, type FeedsTables } from '../feeds/index.ts';
import { normaliseOsv } from '../feeds/osv/normalise.ts';
import { itemOf, syncItems } from '../feeds/testing.ts';
import { createMatcher } from './create-matcher.ts';
import { createMatchStore } from './store.ts';
import type { MatchingTables } from './tables.ts';
import { dictionary, instance } from './testing.ts';

const context = { source: 'test', now: Date.UTC(2026, 4, 31) };

/** A record in the format of OSV that names a package of Nixpkgs by its attribute path. */
const naming = (id: string, attr: string, fixed: string) =>
  itemOf(
    normaliseOsv(
      {
        id,
        modified: '2026-05-30T00:00:00Z',
        affected: [
          {
            package: { ecosystem: 'Nixpkgs', name: attr },
            ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed }] }],
          },
        ],
      },
      context,
    ),
  );

test.each(await databasesForTests())(
  'a record that names an attribute path speaks of that package alone, on $name',
  async (engine) => {
    const db = await engine.open<FeedsTables & AdvisoriesTables & MatchingTables & JournalTables>();
    const feeds = createFeedStore(db);
    const advisories = createAdvisoryStore(db, feeds);
    const clock = { now: () => context.now };
    const matcher = createMatcher({ feeds, advisories, store: createMatchStore(db), data: dictionary(), clock });
    const carried = [
      instance({ pname: 'libX11', version: '1.8', attr: 'xorg.libX11' }),
      instance({ pname: 'libX11', version: '1.8', attr: 'xorg.other' }),
      // A plugin is known by no name of its own.
      instance({ pname: 'vimplugin-x', version: '1.2p1', attr: 'vimPlugins.x' }),
    ];
    const request = { channel: 'rolling', evaluationId: '1', instances: async () => carried };
    const look = async (scope: Parameters<typeof matcher.match>[0]['scope']) =>
      (await matcher.match({ ...request, scope })).map(({ match, route }) => [match.attr, match.status, route]);

    expect(await look({ kind: 'all' })).toEqual([]);
    const items = [naming('TEST-1', 'xorg.libX11', '1.9'), naming('TEST-2', 'vimPlugins.x', '1.2p2')];
    await syncItems({ store: feeds, items: [...items, naming('TEST-3', 'xorg.libx11', '2')] });
    await advisories.merge({ clock, progress: silentProgress, signal: new AbortController().signal });
    const expected = [
      ['vimPlugins.x', 'affected', 'automatic'],
      ['xorg.libX11', 'affected', 'automatic'],
    ];
    expect((await look({ kind: 'all' })).sort()).toEqual(expected);
    expect((await look({ kind: 'advisories', ids: ['TEST-1', 'TEST-2', 'TEST-3'] })).sort()).toEqual(expected);
    expect(await look({ kind: 'packages', attrs: ['vimPlugins.x'] })).toEqual([expected[0]]);
  },
);
