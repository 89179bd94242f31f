import { beforeEach, describe, expect, test } from 'vitest';
import type { Person } from '../../../accounts/index.ts';
import { eventsAfter, type JournalTables } from '../../../journal/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import { databasesForTests } from '../../../platform/database/testing.ts';
import { createFindingStore, defaultPolicyText, type FindingsTables, parsePolicy, type TriageAct } from '../index.ts';
import { advisory, day, disclosed, match } from '../testing.ts';

const cat: Person = { name: 'cat', roles: ['analyst'] };
const ann: Person = { name: 'ann', roles: ['analyst', 'reviewer'] };
const oli: Person = { name: 'oli', roles: ['release_manager'] };
const ids = Array.from({ length: 40 }, (_, index) => `CVE-2027-${index + 1}`);
const dismiss: TriageAct = {
  kind: 'not-affected',
  verdict: {
    reason: 'component-mismatch',
    statement: 'The record speaks of another product of this name.',
    evidence: 'https://example.org/other',
    details: { ours: 'tukaani xz', theirs: 'another xz' },
    predicate: { from: null, before: null, patches: [], until: null },
  },
};
const recheck: TriageAct = { kind: 'recheck' };

describe.each(await databasesForTests())('dismissed findings on $name', (engine) => {
  let db: Database<FindingsTables & JournalTables>;
  let store: ReturnType<typeof createFindingStore>;
  const now = disclosed + day;
  const act = (findingId: string, by: Person, wanted: TriageAct) => store.act({ findingId, act: wanted, by, at: now });
  const waiting = async () =>
    (await store.awaited({ findingId: null, limit: 99 })).map(({ finding, awaited }) => [
      finding.finding.id,
      awaited.kind,
      awaited.by,
    ]);

  beforeEach(async () => {
    db = await engine.open<FindingsTables & JournalTables>();
    store = createFindingStore({
      db,
      policies: async () => [parsePolicy(defaultPolicyText)],
      clock: { now: () => now },
    });
    await store.update({
      channel: 'rolling',
      scope: { kind: 'channel' },
      matches: ids.map((id) => match(id, 'xz')),
      advisories: new Map(ids.map((id) => [id, advisory(id, { score: 3.1 })])),
      packages: new Map([['xz', { version: '1.0', coveredSince: null, shippedSince: null }]]),
      at: now,
    });
  });

  test('one in twenty is looked at again by somebody else, once', async () => {
    for (const id of ['7', '20', '40']) expect(await act(id, cat, dismiss)).toMatchObject({ stage: 'dismissed' });
    expect(await waiting()).toEqual([
      ['20', 'recheck', 'cat'],
      ['40', 'recheck', 'cat'],
    ]);
    expect(await act('20', cat, recheck)).toEqual({ kind: 'refused', why: 'same_person' });
    expect(await act('20', oli, recheck)).toEqual({ kind: 'refused', why: 'role_missing' });
    expect(await act('1', ann, recheck)).toEqual({ kind: 'refused', why: 'wrong_stage' });
    expect(await act('20', ann, recheck)).toMatchObject({ kind: 'done', stage: 'dismissed' });
    expect(await act('20', ann, recheck)).toEqual({ kind: 'refused', why: 'wrong_stage' });
    expect(await waiting()).toEqual([['40', 'recheck', 'cat']]);
    expect((await eventsAfter(db, 0, 999)).filter(({ kind }) => kind === 'finding.rechecked')).toMatchObject([
      { actor: 'ann', subject: '20' },
    ]);
  });

  test('who disagrees opens it again, and dismissed anew it waits anew', async () => {
    await act('20', cat, dismiss);
    await act('20', ann, recheck);
    expect(await act('20', ann, { kind: 'reopen', reason: 'It is the same product.' })).toMatchObject({ kind: 'done' });
    expect(await waiting()).toEqual([]);
    expect(await act('20', cat, dismiss)).toMatchObject({ stage: 'dismissed' });
    expect(await waiting()).toEqual([['20', 'recheck', 'cat']]);
  });
});
