import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { eventsAfter, type JournalTables } from '../../journal/index.ts';
import type { Database } from '../../platform/database/index.ts';
import { databasesForTests } from '../../platform/database/testing.ts';
import { silentProgress } from '../../platform/log/index.ts';
import { createFeedStore, type FeedItem, type FeedRecord, type FeedStore, type FeedsTables } from '../feeds/index.ts';
import { affectedBelow, itemOf, recordOf, syncItems } from '../feeds/testing.ts';
import { type AdvisoriesTables, type AdvisoryStore, createAdvisoryStore } from './index.ts';

type Tables = AdvisoriesTables & FeedsTables & JournalTables;

describe.each(await databasesForTests())('on $name', (engine) => {
  let db: Database<Tables>;
  let feeds: FeedStore;
  let advisories: AdvisoryStore;

  beforeEach(async () => {
    await open();
  });

  async function open() {
    db = await engine.open<Tables>();
    feeds = createFeedStore(db);
    advisories = createAdvisoryStore(db, feeds);
  }

  const end: FeedItem = { kind: 'end', cursor: null, complete: true };
  const merge = () =>
    advisories.merge({ clock: { now: () => 1 }, progress: silentProgress, signal: new AbortController().signal });
  /** What all sources hold now; one that had records and is not named has none any more. */
  async function sync(records: readonly FeedRecord[]) {
    for (const [source, own] of Map.groupBy(records, (record) => record.source))
      await syncItems({ store: feeds, source, items: [...own.map(itemOf), end] });
  }
  async function holding(...records: FeedRecord[]) {
    await sync(records);
    return merge();
  }
  const all = async () =>
    (await advisories.list({ text: '', after: null, limit: 1000 })).items.map(({ id }) => id).sort();
  const record = (source: string, id: string, more: Partial<FeedRecord> = {}) => recordOf({ source, id, ...more });

  describe('one advisory a vulnerability', () => {
    test('records of one id or joined by alias are one; every say is kept', async () => {
      await holding(
        record('nvd', 'CVE-2024-3094', { details: 'Malicious code in xz.', affected: [affectedBelow('xz', '5.6.2')] }),
        record('cve', 'CVE-2024-3094', { title: 'Xz: malicious code', publishedAt: 5 }),
        record('ghsa', 'GHSA-rxwq-x6h5-x525', { aliases: ['CVE-2024-3094'], publishedAt: 3 }),
      );
      expect(await all()).toEqual(['CVE-2024-3094']);
      const byAlias = await advisories.byId('GHSA-rxwq-x6h5-x525');
      for (const written of ['ghsa-rxwq-x6h5-x525', ' GHSA-RXWQ-X6H5-X525', byAlias?.id.toLowerCase() ?? ''])
        expect(await advisories.byId(written), written).toEqual(byAlias);
      expect(byAlias).toMatchObject({
        id: 'CVE-2024-3094',
        aliases: ['GHSA-rxwq-x6h5-x525'],
        title: 'Xz: malicious code',
        details: 'Malicious code in xz.',
        publishedAt: 3,
        state: 'active',
      });
      expect(byAlias?.records.map(({ source, recordId }) => [source, recordId])).toEqual([
        ['ghsa', 'GHSA-rxwq-x6h5-x525'],
        ['cve', 'CVE-2024-3094'],
        ['nvd', 'CVE-2024-3094'],
      ]);
      expect(await advisories.byId('CVE-2024-3095')).toBeNull();
    });

    test('an alias that comes later renames the advisory, and one that goes splits it', async () => {
      const ghsa = record('ghsa', 'GHSA-aaaa-bbbb-cccc', { title: 'A' });
      const pypa = record('osv-pypi', 'PYSEC-2024-1', { aliases: ['GHSA-aaaa-bbbb-cccc'] });
      await holding(ghsa, pypa);
      expect(await all()).toEqual(['GHSA-aaaa-bbbb-cccc']);
      await holding({ ...ghsa, aliases: ['CVE-2024-1111'] }, pypa);
      expect(await all()).toEqual(['CVE-2024-1111']);
      expect(await advisories.changedAfter(1, 10)).toMatchObject([
        { id: 'CVE-2024-1111', state: 'active', replacedBy: null },
        { id: 'GHSA-aaaa-bbbb-cccc', state: 'withdrawn', replacedBy: 'CVE-2024-1111' },
      ]);
      await holding(ghsa, { ...pypa, aliases: [] });
      expect(await all()).toEqual(['GHSA-aaaa-bbbb-cccc', 'PYSEC-2024-1']);
      expect(await advisories.byId('CVE-2024-1111')).toBeNull();
    });

    test('an advisory about several CVEs joins none of them and is attributed to each', async () => {
      await holding(
        record('osv-crates.io', 'RUSTSEC-2020-0014', {
          aliases: ['CVE-2020-35866', 'CVE-2020-35867'],
          title: 'rusqlite',
        }),
        record('nvd', 'CVE-2020-35866'),
        record('nvd', 'CVE-2020-35867'),
      );
      expect(await all()).toEqual(['CVE-2020-35866', 'CVE-2020-35867']);
      for (const id of await all()) {
        const advisory = await advisories.byId(id);
        expect(advisory?.aliases).toEqual([]);
        expect(advisory?.records.map(({ recordId }) => recordId)).toEqual([id, 'RUSTSEC-2020-0014']);
      }
      expect((await advisories.byId('RUSTSEC-2020-0014'))?.id).toBe('CVE-2020-35866');
    });

    test('what builds on a CVE is attributed to it and is no advisory of its own', async () => {
      await holding(
        record('ubuntu', 'UBUNTU-CVE-2024-1111', { upstream: ['CVE-2024-1111'] }),
        record('ubuntu', 'USN-1-1', { upstream: ['CVE-2024-1111', 'CVE-2024-2222'], publishedAt: 1 }),
        record('nvd', 'CVE-2024-1111', { publishedAt: 7 }),
      );
      expect(await all()).toEqual(['CVE-2024-1111', 'CVE-2024-2222']);
      expect(await advisories.byId('CVE-2024-1111')).toMatchObject({
        publishedAt: 7,
        records: [{ recordId: 'CVE-2024-1111' }, { recordId: 'UBUNTU-CVE-2024-1111' }, { recordId: 'USN-1-1' }],
      });
      expect((await advisories.byId('CVE-2024-2222'))?.publishedAt).toBe(1);
    });

    test('a notice that a batch before has met still tells of the CVEs that only it names', async () => {
      const others = Array.from({ length: 500 }, (_, index) => record('nvd', `CVE-2023-${1000 + index}`));
      await sync([record('nvd', 'CVE-2024-1111'), ...others]);
      await sync([record('redhat', 'RHSA-2024:1', { upstream: ['CVE-2024-1111', 'CVE-2024-2222'] })]);
      await merge();
      expect((await all()).slice(500)).toEqual(['CVE-2024-1111', 'CVE-2024-2222']);
    });

    test('a CVE rejected as a duplicate joins the one that stands', async () => {
      await holding(
        record('cve', 'CVE-2024-1111', {
          state: 'rejected',
          details: 'ConsultIDs: CVE-2024-2222. Reason: This candidate is a duplicate of CVE-2024-2222.',
        }),
        record('cve', 'CVE-2024-2222', { title: 'B' }),
        record('ghsa', 'GHSA-aaaa-bbbb-cccc', { aliases: ['CVE-2024-1111', 'CVE-2024-2222'] }),
      );
      expect(await all()).toEqual(['CVE-2024-2222']);
      expect(await advisories.byId('CVE-2024-1111')).toMatchObject({
        id: 'CVE-2024-2222',
        state: 'active',
        aliases: ['CVE-2024-1111', 'GHSA-aaaa-bbbb-cccc'],
      });
    });

    test('a rejected CVE is withdrawn although others still list it; a live advisory keeps it', async () => {
      const rejected = [record('cve', 'CVE-2024-1111', { state: 'rejected' }), record('debian', 'CVE-2024-1111')];
      await holding(...rejected);
      expect((await advisories.byId('CVE-2024-1111'))?.state).toBe('withdrawn');
      await holding(...rejected, record('ghsa', 'GHSA-aaaa-bbbb-cccc', { aliases: ['CVE-2024-1111'] }));
      expect((await advisories.byId('CVE-2024-1111'))?.state).toBe('active');
    });
  });

  describe('change', () => {
    test('a second merge of the same writes nothing', async () => {
      const records = [
        record('nvd', 'CVE-2024-1111', { title: 'A' }),
        record('ghsa', 'GHSA-a', { aliases: ['CVE-2024-1111'] }),
      ];
      expect(await holding(...records)).toEqual({ changed: 1 });
      expect(await holding(...records)).toEqual({ changed: 0 });
      expect(await holding({ ...records[0]!, modifiedAt: 99 }, records[1]!)).toEqual({ changed: 0 });
      const kinds = (await eventsAfter(db, 0, 100)).map(({ kind }) => kind);
      expect(kinds.filter((kind) => kind === 'advisories.merged')).toHaveLength(1);
    });

    test('the revision moves with the meaning, of any record', async () => {
      const nvd = record('nvd', 'CVE-2024-1111');
      await holding(nvd);
      await holding({ ...nvd, affected: [affectedBelow('xz', '5')] });
      await holding({ ...nvd, affected: [affectedBelow('xz', '5')], modifiedAt: 5 });
      expect(await advisories.changedAfter(0, 10)).toMatchObject([{ id: 'CVE-2024-1111', revision: 2, sequence: 2 }]);
    });

    test('a new score changes no advisory but is shown', async () => {
      const epss = (score: number) =>
        record('epss', 'CVE-2024-1111', {
          exploitation: { knownExploitedSince: null, ransomware: false, dueDate: null, epss: score, ssvc: null },
        });
      await holding(record('nvd', 'CVE-2024-1111'), epss(0.1));
      expect(await holding(epss(0.9))).toEqual({ changed: 0 });
      expect((await advisories.byId('CVE-2024-1111'))?.exploitation.epss).toBe(0.9);
    });

    test('a record that is gone takes its say with it; the page stays', async () => {
      const kept = Array.from({ length: 30 }, (_, index) => record('nvd', `CVE-2023-${1000 + index}`));
      await holding(...kept, record('nvd', 'CVE-2024-1111'), record('ghsa', 'GHSA-a', { aliases: ['CVE-2024-1111'] }));
      await sync(kept);
      await holding(...kept);
      expect((await advisories.byId('CVE-2024-1111'))?.records.map(({ source }) => source)).toEqual(['ghsa']);
      expect(await all()).toHaveLength(31);
    });
  });

  describe('severity', () => {
    const v3 = (score: number, rater: string | null = null) =>
      ({ kind: 'CVSS_V3', vector: 'CVSS:3.1/X', score, text: null, rater }) as const;
    const v2 = (score: number) => ({ kind: 'CVSS_V2', vector: 'AV:N', score, text: null, rater: null }) as const;
    const v4 = (score: number) => ({ kind: 'CVSS_V4', vector: 'CVSS:4.0/X', score, text: null, rater: null }) as const;
    const text = (word: string) => ({ kind: 'text', vector: null, score: null, text: word, rater: null }) as const;
    const id = 'CVE-2024-1111';

    test.each<[string, readonly FeedRecord[], object]>([
      ['none', [record('nvd', id)], { band: 'unknown', score: null, severitySource: null, severityDisputed: false }],
      [
        'the CNA before NVD, disagreement shown',
        [record('nvd', id, { severities: [v3(9.8)] }), record('cve', id, { severities: [v3(5.5)] })],
        { band: 'medium', score: 5.5, severitySource: 'cna', severityDisputed: true },
      ],
      [
        'the project before all',
        [record('openssl', id, { severities: [text('High')] }), record('cve', id, { severities: [v3(7.4)] })],
        { band: 'high', score: 7.5, severitySource: 'project', severityDisputed: false },
      ],
      ['CVSS 4 before 3', [record('cve', id, { severities: [v3(9.8), v4(6.9)] })], { score: 6.9, band: 'medium' }],
      [
        'CVSS 2 only where there is nothing else',
        [record('cve', id, { severities: [v2(10)] }), record('debian', id, { severities: [text('low')] })],
        { score: 3, band: 'low', severitySource: 'distribution' },
      ],
      ['CVSS 2 alone', [record('nvd', id, { severities: [v2(7.5)] })], { score: 7.5, band: 'high' }],
      ['a score of 0 is none', [record('cve', id, { severities: [v3(0)] })], { score: null, band: 'unknown' }],
      [
        'the rater named wins over the source',
        [record('nvd', id, { severities: [v3(8.8, 'cna'), v3(4.3, 'cisa-adp')] })],
        { score: 8.8, severitySource: 'cna' },
      ],
      [
        'a distribution rates its own build: no dispute',
        [record('nvd', id, { severities: [v3(9.8)] }), record('redhat', id, { severities: [text('low')] })],
        { score: 9.8, severityDisputed: false },
      ],
      [
        'a withdrawn record rates no more',
        [record('ghsa', id, { state: 'withdrawn', severities: [v3(9.8)] }), record('nvd', id, { severities: [v3(5)] })],
        { score: 5, severitySource: 'nvd' },
      ],
    ])('%s', async (_, records, expected) => {
      await holding(...records);
      expect(await advisories.byId(id)).toMatchObject(expected);
    });
  });

  test('exploitation: the earliest listing, the gravest decision', async () => {
    const exploitation = { knownExploitedSince: null, ransomware: false, dueDate: null, epss: null, ssvc: null };
    const ssvc = (stage: 'none' | 'active') => ({ exploitation: stage, automatable: true, technicalImpact: null });
    await holding(
      record('kev', 'CVE-2024-1111', {
        exploitation: { ...exploitation, knownExploitedSince: 9, ransomware: true, dueDate: '2024-01-30' },
      }),
      record('cve', 'CVE-2024-1111', { exploitation: { ...exploitation, knownExploitedSince: 5, ssvc: ssvc('none') } }),
      record('nvd', 'CVE-2024-1111', { exploitation: { ...exploitation, ssvc: ssvc('active') } }),
    );
    expect((await advisories.byId('CVE-2024-1111'))?.exploitation).toEqual({
      knownExploitedSince: 5,
      ransomware: true,
      dueDate: '2024-01-30',
      epss: null,
      ssvc: ssvc('active'),
    });
  });

  describe('search', () => {
    beforeEach(async () => {
      await holding(
        ...Array.from({ length: 25 }, (_, index) =>
          record('nvd', `CVE-2024-${1000 + index}`, {
            publishedAt: Math.floor(index / 2),
            details: `Overflow in part-${index}, 100% bad`,
            affected: [affectedBelow(index % 2 === 0 ? 'openssl' : 'curl', '1')],
          }),
        ),
      );
    });
    const ids = async (text: string, limit = 100) =>
      (await advisories.list({ text, after: null, limit })).items.map(({ id }) => id);

    test.each([
      ['cve-2024-1001', ['CVE-2024-1001']],
      ['part-24 OPENSSL', ['CVE-2024-1024']],
      ['part-24 curl', []],
      ['100%', 25],
      ['100_', []],
      ['nothing', []],
      ['curl', 12],
    ])('%s', async (text, expected) => {
      const found = await ids(text);
      if (typeof expected === 'number') expect(found).toHaveLength(expected);
      else expect(found).toEqual(expected);
    });

    test('pages give each once, newest first', async () => {
      const seen: string[] = [];
      for (let after: string | null = null, first = true; first || after !== null; first = false) {
        const page = await advisories.list({ text: '', after, limit: 4 });
        expect(page.total).toBe(25);
        seen.push(...page.items.map(({ id }) => id));
        after = page.next;
      }
      expect(seen).toEqual(Array.from({ length: 25 }, (_, index) => `CVE-2024-${1024 - index}`));
    });
  });

  test('the order of its fields is fixed, for its digest is one of its text', async () => {
    await holding(record('nvd', 'CVE-2024-1111', { title: 'A' }));
    const known = await advisories.byId('CVE-2024-1111');
    // Another order would move every revision at once.
    expect(Object.keys(known ?? {}).join(' ')).toBe(
      'id aliases state title details publishedAt modifiedAt references band score severitySource exploitation disputed severityDisputed records',
    );
    const { digest } = await db.read.selectFrom('advisory').select('digest').executeTakeFirstOrThrow();
    expect(digest).toBe('U_8HU1hlU-odtTM6_YmG5byUydUwN8bfkmlo8eEYPyI');
  });

  describe('any history of any records', () => {
    const ids = ['CVE-2024-1111', 'CVE-2024-2222', 'CVE-2024-3333', 'GHSA-a', 'GHSA-b', 'PYSEC-c', 'USN-d'];
    const some = fc.subarray(ids, { maxLength: 3 });
    const records = fc.uniqueArray(
      fc
        .record({
          id: fc.constantFrom(...ids),
          source: fc.constantFrom('nvd', 'cve', 'ghsa'),
          aliases: some,
          upstream: some,
        })
        .map(({ id, source, ...more }) =>
          record(source, id, { ...more, state: more.upstream.length > 2 ? 'rejected' : 'active' }),
        ),
      { maxLength: 9, selector: ({ source, id }) => `${source} ${id}` },
    );
    const everything = async () =>
      Promise.all((await all()).map(async (id) => JSON.stringify(await advisories.byId(id)))).then((texts) =>
        texts.sort(),
      );

    test('merging step by step gives what merging at once does, in any order', async () => {
      await fc.assert(
        fc.asyncProperty(records, records, async (first, second) => {
          // What is lacking is gone only at the second sync: withdrawn at once instead.
          const last = new Map(second.map((one) => [`${one.source} ${one.id}`, one]));
          const kept = first.filter((one) => !last.has(`${one.source} ${one.id}`));
          await open();
          for (const one of first)
            await syncItems({ store: feeds, source: one.source, items: [itemOf(one), { ...end, complete: false }] });
          await merge();
          for (const one of second) {
            await syncItems({ store: feeds, source: one.source, items: [itemOf(one), { ...end, complete: false }] });
            await merge();
          }
          const stepwise = await everything();
          await open();
          await holding(...[...kept, ...second].reverse());
          expect(await everything()).toEqual(stepwise);
          const keys = (await feeds.recordsChangedAfter(0, 100)).map(({ recordKey }) => recordKey);
          for (const { advisory } of await advisories.advisoriesOfRecords(keys)) {
            const { references } = advisory;
            const read = { ...advisory, references: typeof references === 'function' ? references() : references };
            expect(await advisories.byId(advisory.id)).toMatchObject(read);
          }
          for (const text of stepwise) {
            const { id, aliases } = JSON.parse(text) as { readonly id: string; readonly aliases: readonly string[] };
            const cves = [id, ...aliases].filter((one) => one.startsWith('CVE-'));
            expect(cves.length <= 1 || [...kept, ...second].some(({ state }) => state === 'rejected')).toBe(true);
          }
        }),
        { numRuns: engine.name === 'sqlite' ? 30 : 5 },
      );
    });
  });
});
