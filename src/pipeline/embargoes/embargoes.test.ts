import { beforeEach, describe, expect, test } from 'vitest';
import type { Person, Role } from '../../accounts/index.ts';
import { eventsAfter } from '../../journal/index.ts';
import type { Database } from '../../platform/database/index.ts';
import { databasesForTests } from '../../platform/database/testing.ts';
import { silentProgress } from '../../platform/log/index.ts';
import { type AdvisoriesTables, type AdvisoryStore, createAdvisoryStore } from '../advisories/index.ts';
import { createFeedStore, type FeedStore, type FeedsTables } from '../feeds/index.ts';
import { itemOf, recordOf, syncItems } from '../feeds/testing.ts';
import { createIdentityData } from '../matching/index.ts';
import { instance } from '../matching/testing.ts';
import {
  createEmbargoDesk,
  createEmbargoKeeper,
  type EmbargoDesk,
  type EmbargoKeeper,
  type EmbargoReport,
  factsOfCase,
  readReport,
  reportExample,
} from './index.ts';
import type { Tables } from './tables.ts';

const hour = 3_600_000;
const publicAt = Date.UTC(2026, 11, 1, 14);
const told = publicAt - 200 * hour;
const person = (name: string, ...roles: readonly Role[]): Person => ({ name, roles });
const ada = person('ada', 'security_lead');
const bob = person('bob', 'analyst');
const eve = person('eve', 'security_lead', 'analyst');
const house = [ada, bob, eve, person('carol')];
const report: EmbargoReport = { ...readReport(reportExample), references: ['https://example.org/flaw#top'] };
const signal = new AbortController().signal;

describe.each(await databasesForTests())('embargoes on $name', (engine) => {
  let db: Database<Tables & FeedsTables & AdvisoriesTables>;
  let feeds: FeedStore;
  let advisories: AdvisoryStore;
  let desk: EmbargoDesk;
  let keeper: EmbargoKeeper;
  let lot: number[];

  beforeEach(async () => {
    db = await engine.open();
    feeds = createFeedStore(db);
    advisories = createAdvisoryStore(db, feeds);
    lot = [4711];
    desk = createEmbargoDesk({
      db,
      advisories,
      person: async (name) => house.find((one) => one.name === name) ?? null,
      random: () => new Uint8Array(new Uint32Array([lot.shift() ?? 1]).buffer).reverse(),
    });
    keeper = createEmbargoKeeper({ db, advisories });
  });
  const open = (given: Partial<EmbargoReport> = {}, by = ada) =>
    desk.open({ report: { ...report, ...given }, by, at: told });
  const act = (by: Person, given: Parameters<EmbargoDesk['act']>[0]['act'], at = told + hour) =>
    desk.act({ id: 'EMB-2026-4711', act: given, by, at });
  const seen = async (by: Person = ada) => {
    const embargo = await desk.seenAs(by, 'EMB-2026-4711');
    if (embargo === null) throw new Error('there is none');
    return embargo;
  };
  const hold = (version: string | null, now = told + hour) =>
    keeper.hold({
      carriedOf: async (attrs) => [
        {
          channel: 'rolling',
          instances: version === null ? [] : attrs.map((attr) => instance({ pname: attr, version })),
        },
      ],
      data: createIdentityData({}),
      now,
    });
  const publish = async (...records: readonly Parameters<typeof recordOf>[0][]) => {
    await syncItems({ store: feeds, items: records.map((one) => itemOf(recordOf(one))) });
    await advisories.merge({ clock: { now: () => told }, progress: silentProgress, signal });
  };

  test('only a security lead opens one, for people of the house, and for what is not public', async () => {
    expect(await open({}, bob)).toEqual({ kind: 'refused', why: 'role_missing' });
    expect(await open({ public_at: told })).toEqual({ kind: 'refused', why: 'in_the_past' });
    expect(await open({ people: ['bob', 'mallory'] })).toEqual({ kind: 'unknown-people', people: ['mallory'] });
    await publish({ id: 'CVE-2026-12345' });
    expect(await open()).toEqual({ kind: 'already-public', advisoryId: 'CVE-2026-12345' });
    expect(await desk.seenBy(ada)).toEqual([]);
    expect(await open({ ids: [] })).toEqual({ kind: 'opened', id: 'EMB-2026-4711' });
    lot = [4711, 99_994_712];
    expect(await open({ ids: [] })).toEqual({ kind: 'opened', id: 'EMB-2026-94712' });
    expect((await desk.seenBy(bob)).map(({ id }) => id).sort()).toEqual(['EMB-2026-4711', 'EMB-2026-94712']);
  });

  test('to whoever was not let in there is none, whatever their roles, and the journal is silent', async () => {
    await open();
    expect(await desk.seenBy(eve)).toEqual([]);
    expect(await desk.seenAs(eve, 'EMB-2026-4711')).toBeNull();
    const lift = { kind: 'lift', reason: 'because I can' } as const;
    expect(await act(eve, lift)).toEqual({ kind: 'unknown' });
    expect(await desk.act({ id: 'EMB-2026-0000', act: lift, by: eve, at: told })).toEqual({ kind: 'unknown' });
    expect(await act(bob, { kind: 'let-in', person: 'eve' })).toEqual({ kind: 'refused', why: 'role_missing' });
    expect(await act(ada, { kind: 'let-in', person: 'mallory' })).toEqual({ kind: 'refused', why: 'unknown_person' });
    expect(await act(ada, { kind: 'let-in', person: 'bob' })).toEqual({ kind: 'refused', why: 'already_in' });
    expect(await act(ada, { kind: 'let-in', person: 'eve' })).toEqual({ kind: 'done' });
    const { circle, history } = await seen(eve);
    expect(circle.map((one) => [one.person, one.letInBy])).toEqual([
      ['ada', 'ada'],
      ['bob', 'ada'],
      ['carol', 'ada'],
      ['eve', 'ada'],
    ]);
    expect(history.map(({ kind, actor }) => [kind, actor])).toEqual([
      ['opened', 'ada'],
      ['let-in', 'ada'],
    ]);
    expect(await eventsAfter(db, 0, 10)).toEqual([]);
  });

  test('it is worked on, and what was noted becomes facts with their true instants', async () => {
    await open();
    await hold('3.0.14', told + 1);
    await hold('3.0.14', told + 2);
    expect(await act(bob, { kind: 'release' })).toEqual({ kind: 'refused', why: 'not_claimed' });
    expect(await act(bob, { kind: 'claim' })).toEqual({ kind: 'done' });
    expect(await act(ada, { kind: 'claim' })).toEqual({ kind: 'refused', why: 'claimed_by_other' });
    expect(await act(person('carol'), { kind: 'claim' })).toEqual({ kind: 'refused', why: 'role_missing' });
    expect(await act(person('carol'), { kind: 'note', text: 'a patch' })).toEqual({ kind: 'done' });
    const determine = { kind: 'determine', as: 'affected', statement: 'no mitigation is known' } as const;
    expect(await act(bob, { ...determine, attr: 'xz' })).toEqual({ kind: 'refused', why: 'not_affected_here' });
    expect(await act(bob, { ...determine, attr: 'openssl' }, told + 2 * hour)).toEqual({ kind: 'done' });
    const aware = { kind: 'aware', evidence: 'seen by a customer' } as const;
    expect(await act(bob, { ...aware, since: publicAt })).toEqual({ kind: 'refused', why: 'in_the_future' });
    expect(await act(bob, { ...aware, since: told }, told + 3 * hour)).toEqual({ kind: 'done' });
    const embargo = await seen();
    expect(embargo.claimedBy).toBe('bob');
    expect(embargo.cases).toMatchObject([
      { channel: 'rolling', attr: 'openssl', since: told + 1, version: '3.0.14', isAffected: true },
    ]);
    const facts = factsOfCase(embargo, { attr: 'openssl', since: told + 1 });
    expect(facts.map((fact) => [fact.kind, fact.at - told, fact.recordedAt - told, fact.actor])).toEqual([
      ['matched', 1, 1, 'robot'],
      ['response', 2 * hour, 2 * hour, 'bob'],
      ['response', 2 * hour, 2 * hour, 'bob'],
      ['response', 2 * hour, 2 * hour, 'bob'],
      ['exploitation_aware', 0, 3 * hour, 'bob'],
    ]);
    expect(factsOfCase(embargo, { attr: 'other', since: told }).map(({ kind }) => kind)).toEqual([
      'matched',
      'exploitation_aware',
    ]);
  });

  test('what the channels carry is followed', async () => {
    await open();
    await hold('3.0.15', told + 1);
    expect((await seen()).cases).toEqual([]);
    for (const [index, version] of ['3.0.13', '3.0.14', '3.0.15', '3.0.15', null].entries())
      await hold(version, told + 2 + index);
    const { cases, history } = await seen();
    expect(cases).toMatchObject([{ since: told + 2, match: { version: '3.0.14' }, version: null, isAffected: false }]);
    expect(history.map(({ kind }) => kind)).toEqual(['opened', 'matched', 'matched', 'unmatched', 'unmatched']);
    await hold('3.0.14', told + 9);
    expect((await seen()).cases).toMatchObject([{ since: told + 2, isAffected: true }]);
  });

  test('it ends at its instant, which a lead may move', async () => {
    await open();
    const later = publicAt + 24 * hour;
    const reason = 'the project needs a day more';
    expect(await act(bob, { kind: 'move', to: later, reason })).toEqual({ kind: 'refused', why: 'role_missing' });
    expect(await act(ada, { kind: 'move', to: told, reason })).toEqual({ kind: 'refused', why: 'in_the_past' });
    expect(await act(ada, { kind: 'move', to: later, reason })).toEqual({ kind: 'done' });
    await keeper.endPlanned(publicAt);
    expect((await seen()).ended).toBeNull();
    expect(await keeper.ended()).toEqual([]);
    await keeper.endPlanned(later + 5);
    expect((await seen()).ended).toMatchObject({ at: later, how: 'planned', by: 'robot', advisoryId: null });
    expect(await keeper.isDue(later)).toBe(true);
    expect(await act(ada, { kind: 'lift', reason })).toEqual({ kind: 'refused', why: 'ended' });
    expect(await act(ada, { kind: 'note', text: 'all went well' })).toEqual({ kind: 'done' });
  });

  test('a lead ends it, and the journal tells that once', async () => {
    await open();
    expect(await act(ada, { kind: 'lift', reason: 'it is on social media' })).toEqual({ kind: 'done' });
    const [embargo] = await keeper.ended();
    if (embargo === undefined) throw new Error('it has not ended');
    for (const at of [told + 2 * hour, told + 3 * hour])
      await keeper.noteDisclosed(embargo, { advisoryId: 'CVE-2026-12345', at });
    expect(await eventsAfter(db, 0, 10)).toMatchObject([
      {
        kind: 'embargo.ended',
        subject: 'CVE-2026-12345',
        actor: 'ada',
        payload: {
          embargo: 'EMB-2026-4711',
          from: told,
          until: told + hour,
          how: 'lifted',
          reason: 'it is on social media',
          circle: [{ person: 'ada' }, { person: 'bob' }, { person: 'carol' }],
        },
      },
    ]);
    expect((await seen()).ended?.advisoryId).toBe('CVE-2026-12345');
  });

  test.each([
    ['a record of its id', { id: 'TEST-1', aliases: ['CVE-2026-12345'] }, 'a record of CVE-2026-12345 is out'],
    [
      'a record that names its address',
      { id: 'TEST-1', references: [{ url: 'http://www.example.org/flaw/', type: 'WEB' }] },
      'TEST-1 names http://www.example.org/flaw/',
    ],
  ])('%s ends it', async (_, record, reason) => {
    await publish({ id: 'TEST-0', references: [{ url: 'https://example.org/flaw', type: 'WEB' }] });
    await open();
    const silent = [
      { id: 'CVE-2026-12346', references: [{ url: 'https://example.org/', type: 'WEB' }] },
      { id: 'CVE-2026-12345', state: 'rejected' as const },
    ];
    await publish(...silent);
    await keeper.endPublic(told + hour, signal);
    expect((await seen()).ended).toBeNull();
    await publish(...silent, record);
    await keeper.endPublic(told + 2 * hour, signal);
    expect((await seen()).ended).toMatchObject({ at: told + 2 * hour, how: 'public', by: 'robot', reason });
    await keeper.endPublic(told + 3 * hour, signal);
    expect((await seen()).history.filter(({ kind }) => kind === 'ended')).toHaveLength(1);
  });

  test('the others are told that there is something to see, again until it arrives', async () => {
    await open();
    const names = async (now: number) => (await keeper.notices(now)).map(({ person: name }) => name);
    expect(await names(told - 1)).toEqual([]);
    expect(await names(told)).toEqual(['bob', 'carol']);
    const [toBob, toCarol] = await keeper.notices(told);
    if (toBob === undefined || toCarol === undefined) throw new Error('nobody is told');
    await keeper.noteTold(toBob, { outcome: 'later', at: told });
    await keeper.noteTold(toCarol, { outcome: 'nowhere', at: told });
    expect(await keeper.isDue(told)).toBe(false);
    expect(await names(told + 60_000)).toEqual(['bob']);
    await keeper.noteTold(toBob, { outcome: 'sent', at: told + 60_000 });
    expect(await names(publicAt - 1)).toEqual([]);
    expect((await seen()).history.slice(1)).toEqual([{ kind: 'untold', person: 'carol', at: told, actor: 'robot' }]);
    await act(bob, { kind: 'note', text: 'look at this' });
    await act(ada, { kind: 'lift', reason: 'it is over now' });
    expect(await names(publicAt)).toEqual(['ada', 'carol', 'bob', 'carol']);
  });
});
