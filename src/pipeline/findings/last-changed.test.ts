import { beforeEach, describe, expect, test } from 'vitest';
import type { Person } from '../../accounts/index.ts';
import type { JournalTables } from '../../journal/index.ts';
import type { Database } from '../../platform/database/index.ts';
import { databasesForTests } from '../../platform/database/testing.ts';
import { type ChangedAbout, createFindingStore, defaultPolicyText, type FindingStore, parsePolicy } from './index.ts';
import type { FindingsTables } from './tables.ts';
import { advisory, day, disclosed, match } from './testing.ts';

const policy = parsePolicy(defaultPolicyText);
const ada: Person = { name: 'ada', roles: ['analyst'] };

describe.each(await databasesForTests())('what changed last on $name', (engine) => {
  let db: Database<FindingsTables & JournalTables>;
  let store: FindingStore;
  let now: number;

  beforeEach(async () => {
    db = await engine.open<FindingsTables & JournalTables>();
    now = disclosed;
    store = createFindingStore({ db, policies: async () => [policy], clock: { now: () => now } });
  });

  const look = (ids: readonly string[], given: { readonly channel?: string; readonly version?: string } = {}) => {
    const { channel = 'rolling', version = '1.0' } = given;
    return store.update({
      channel,
      scope: { kind: 'channel' },
      matches: ids.map((id) => match(id, 'xz', { channel, version })),
      advisories: new Map(
        ['A', 'B', 'C'].map((id) => [id, advisory(id, id === 'C' ? { score: 5, band: 'medium' } : {})]),
      ),
      packages: new Map([['xz', { version, coveredSince: null, shippedSince: null }]]),
      at: now,
    });
  };
  const ids = async (about: ChangedAbout, limit = 50) =>
    (await store.lastChanged(about, limit)).map(
      ({ advisoryId, changedAt }) => `${advisoryId} ${changedAt - disclosed}`,
    );

  test('what is told of changes it; what is done with it does not', async () => {
    expect(await ids({ kind: 'all' })).toEqual([]);
    await look(['A', 'B']);
    now += 1;
    await look(['A', 'B', 'C']);
    expect(await ids({ kind: 'all' })).toEqual(['C 1', 'B 0', 'A 0']);
    expect(await ids({ kind: 'all' }, 1)).toEqual(['C 1']);
    now += 1;
    const { items } = await store.list({ order: 'risk', band: null, state: null, after: null, limit: 9 });
    const idOf = (id: string) => items.find(({ finding }) => finding.advisoryId === id)?.finding.id ?? '';
    await store.act({ findingId: idOf('B'), by: ada, at: now, act: { kind: 'claim' } });
    await look(['A', 'B', 'C']);
    expect(await ids({ kind: 'all' })).toEqual(['C 1', 'B 0', 'A 0']);
    now += 1;
    // The same flaws in a newer version, of which one is fixed.
    await look(['B', 'C'], { version: '1.1' });
    expect(await ids({ kind: 'all' })).toEqual(['C 3', 'B 3', 'A 3']);
    expect(await ids({ kind: 'state', state: 'fixed' })).toEqual(['A 3']);
    now += 1;
    const fixes = [{ advisoryId: 'A', attr: 'xz' }];
    expect(await ids({ kind: 'act-now' })).toEqual([]);
    await store.markReleased({ channel: 'rolling', releaseUuid: 'u', version: '1', fixes, at: now });
    expect(await ids({ kind: 'act-now' })).toEqual(['A 4']);
    expect(await ids({ kind: 'all' })).toEqual(['A 4', 'C 3', 'B 3']);
  });

  test('each view holds its own, with its own findings', async () => {
    await look(['A', 'C']);
    now += 1;
    await look(['A', 'B'], { channel: 'stable' });
    expect(await ids({ kind: 'channel', channel: 'rolling' })).toEqual(['C 0', 'A 0']);
    expect(await ids({ kind: 'channel', channel: 'stable' })).toEqual(['B 1', 'A 1']);
    expect(await ids({ kind: 'package', attr: 'xz' })).toEqual(['B 1', 'A 1', 'C 0']);
    expect(await ids({ kind: 'package', attr: 'vim' })).toEqual([]);
    expect(await ids({ kind: 'advisory', id: 'A' })).toEqual(['A 1']);
    expect(await ids({ kind: 'bands', bands: ['critical', 'high'] })).toEqual(['B 1', 'A 1']);
    expect(await ids({ kind: 'bands', bands: ['medium', 'critical'] })).toEqual(['B 1', 'A 1', 'C 0']);
    const [{ findings } = { findings: [] }] = await store.lastChanged({ kind: 'advisory', id: 'A' }, 1);
    expect(findings.map(({ channel }) => channel)).toEqual(['rolling', 'stable']);
    const [of] = await store.lastChanged({ kind: 'channel', channel: 'stable' }, 1);
    expect(of?.findings.map(({ channel }) => channel)).toEqual(['stable']);
  });

  test('a promise is broken when its time comes, without anybody doing anything', async () => {
    await look(['A', 'C']);
    now += 7 * day;
    expect(await ids({ kind: 'breached' })).toEqual([]);
    now += 1;
    expect(await ids({ kind: 'breached' })).toEqual([`A ${7 * day}`]);
  });

  test('many findings of few advisories are walked to the end', async () => {
    const attrs = Array.from({ length: 450 }, (_, index) => `pkg${index}`);
    await store.update({
      channel: 'rolling',
      scope: { kind: 'channel' },
      matches: [...attrs.map((attr) => match('B', attr)), match('A', 'pkg1')],
      advisories: new Map(['A', 'B'].map((id) => [id, advisory(id)])),
      packages: new Map(attrs.map((attr) => [attr, { version: '1.0', coveredSince: null, shippedSince: null }])),
      at: now,
    });
    expect(await ids({ kind: 'all' })).toEqual(['B 0', 'A 0']);
  });
});
