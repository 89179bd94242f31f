import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { eventsAfter, type JournalTables } from '../../src/journal/index.ts';
import type { Advisory } from '../../src/pipeline/advisories/index.ts';
import { type ConsumersTables, createConsumerStore } from '../../src/pipeline/consumers/index.ts';
import {
  createAttainmentStore,
  createEscalationStore,
  createFindingStore,
  defaultPolicyText,
  exportLines,
  type FindingsTables,
  parseHolidays,
  parsePolicy,
  parseRota,
  verifyExport,
} from '../../src/pipeline/findings/index.ts';
import { advisory, match } from '../../src/pipeline/findings/testing.ts';
import { createReleaseStore, type Release, type ReleasesTables } from '../../src/pipeline/releases/index.ts';
import type { Database } from '../../src/platform/database/index.ts';
import { openTestDatabase } from '../../src/platform/database/testing.ts';

const hour = 3_600_000;
const day = 24 * hour;
const policy = parsePolicy(defaultPolicyText);

/** Ann and Bob take turns by the week, in Berlin; Ann keeps the holidays there. Dates: Feiertagsgesetz Berlin. */
const people = {
  rota: parseRota(
    `schema = "rota/1"
lead = ["carol"]
person = [
  { name = "ann", zone = "Europe/Berlin", reviewer = true, holidays = "de-BE" },
  { name = "bob", zone = "Europe/Berlin", reviewer = true },
  { name = "carol" },
]
duty = [
  { role = "primary", people = ["ann", "bob"], starts = "2027-12-20", zone = "Europe/Berlin" },
  { role = "second", people = ["bob", "ann"], starts = "2027-12-20", zone = "Europe/Berlin" },
]`,
    'rota.toml',
  ),
  holidays: new Map([
    [
      'de-BE',
      parseHolidays(
        'de-BE',
        `schema = "holidays/1"
region = "Berlin"
source = "Feiertagsgesetz Berlin"
valid_until = "2028-12-31"
dates = ["2027-12-25", "2027-12-26", "2028-01-01", "2028-03-08"]`,
      ),
    ],
  ]),
};

describe('from publication to alert to adoption', () => {
  let db: Database<FindingsTables & ReleasesTables & ConsumersTables & JournalTables>;
  let now: number;
  const clock = { now: () => now };
  const stores = () => ({
    findings: createFindingStore({ db, policies: async () => [policy], clock }),
    escalation: createEscalationStore({ db, clock, people: async () => people, policies: async () => [policy] }),
    attainment: createAttainmentStore({ db, clock }),
    releases: createReleaseStore(db),
    consumers: createConsumerStore(db),
  });
  const known = new Map<string, Advisory>();
  let commits = 0;

  beforeEach(async () => {
    db = await openTestDatabase();
    known.clear();
    commits = 0;
    now = Date.parse('2027-12-24T00:00:00Z');
    await publish('1.0');
  });

  /** Public at `at`, seen by the matcher a quarter of an hour later. */
  async function disclose(id: string, at: string, score: number) {
    const publishedAt = Date.parse(at);
    const whole = advisory(id, { score, publishedAt });
    known.set(id, { ...whole, records: whole.records.map((record) => ({ ...record, publishedAt })) });
    await pass(publishedAt + hour / 4);
    await look('1.0', [id]);
  }

  async function look(version: string, affected: readonly string[]) {
    await stores().findings.update({
      channel: 'rolling',
      scope: { kind: 'channel' },
      matches: affected.map((id) => match(id, 'xz', { version })),
      advisories: known,
      packages: new Map([['xz', { version, coveredSince: null, shippedSince: null }]]),
      at: now,
    });
  }

  /** Lets time go on to `until`, with a look at the clocks every quarter of an hour, as the schedule does. */
  async function pass(until: number) {
    for (; now < until; now = Math.min(until, now + hour / 4)) await stores().escalation.tick();
    now = until;
    await stores().escalation.tick();
  }

  async function publish(version: string): Promise<Release> {
    const { findings, releases } = stores();
    commits += 1;
    const fixes = await findings.fixesAwaitingRelease('rolling');
    const commitId = commits.toString(16).padStart(40, '0');
    const release: Release = {
      uuid: randomUUID(),
      organisation: 'acme',
      flake: 'secure',
      channel: 'rolling',
      version: `0.1.${commits}+rev-${commitId}`,
      commitId,
      treeId: commitId,
      commitCount: commits,
      lastModified: Math.floor(now / 1000),
      narHash: 'sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=',
      sizeBytes: 1,
      sha256: '0'.repeat(64),
      publishedAt: now,
      yankedAt: null,
      fixes,
    };
    await releases.beginAttempt({ organisation: 'acme', flake: 'secure', uuid: release.uuid, commitId, at: now });
    expect((await releases.addRelease(release, 'robot')).kind).toBe('added');
    await findings.markReleased({ channel: 'rolling', releaseUuid: release.uuid, version, fixes, at: now });
    return release;
  }

  async function lock({ uuid, version }: Release) {
    const url = `https://secure.example.org/f/pinned/acme/secure/${encodeURIComponent(version)}/${uuid}/source.tar.gz`;
    const text = JSON.stringify({
      version: 7,
      root: 'root',
      nodes: {
        root: { inputs: { nixpkgs: 'nixpkgs' } },
        nixpkgs: {
          locked: { type: 'tarball', url, narHash: 'sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=' },
          original: { type: 'tarball', url: 'https://secure.example.org/f/acme/secure/0' },
        },
      },
    });
    const outcome = await stores().consumers.registerLock({ name: 'web', text, at: now, id: 'c1' });
    expect(outcome.kind).toBe('registered');
  }

  const told = async () =>
    (await eventsAfter(db, 0, 5000))
      .filter(({ kind }) => kind.startsWith('sla.') && kind !== 'sla.rota_gap')
      .map(({ kind, at, payload }) =>
        [kind, new Date(at).toISOString().slice(0, 16), payload.clock ?? '', payload.threshold ?? payload.person ?? '']
          .join(' ')
          .trimEnd(),
      );
  const due = async (id: string) => {
    const { responseDueAt, remediationDueAt } = (await stores().findings.byId(id))!.deadlines;
    return [responseDueAt, remediationDueAt].map((at) =>
      at === null ? null : new Date(at).toISOString().slice(0, 16),
    );
  };

  async function everythingIsVerified() {
    const { attainment } = stores();
    async function* lines() {
      for await (const line of exportLines(await attainment.exportSources(), { month: null, key: null }))
        yield line.slice(0, -1);
    }
    expect((await verifyExport(lines(), { trusted: null })).differences).toEqual([]);
  }

  test('over Christmas and the turn of the year: no clock waits for a holiday, and who is on leave is not called', async () => {
    const before = await publish('1.0');
    await lock(before);
    await disclose('CVE-2027-1', '2027-12-24T18:00:00Z', 9.8);
    expect(await due('1')).toEqual(['2027-12-25T18:00', '2027-12-31T18:00']);
    await pass(Date.parse('2027-12-25T18:00:00Z'));
    // The first holiday is Ann's: Bob is called, then, as he is his own second, the lead.
    expect(await told()).toEqual([
      'sla.at_risk 2027-12-25T06:00 response 0.5',
      'sla.at_risk 2027-12-25T12:00 response 0.75',
      'sla.at_risk 2027-12-25T15:45 response 0.9',
      'sla.paged 2027-12-25T15:45 response bob',
      'sla.paged 2027-12-25T16:00 response carol',
      'sla.breached 2027-12-25T18:00 response 1',
    ]);
    await pass(Date.parse('2027-12-31T17:00:00Z'));
    await look('1.1', []);
    const fixed = await publish('1.1');
    await pass(Date.parse('2028-01-01T09:00:00Z'));
    await lock(fixed);
    await pass(Date.parse('2028-01-02T00:00:00Z'));
    const { rows, misses } = await stores().attainment.attainment();
    expect(rows.map(({ month, response, remediation }) => [month, response, remediation])).toEqual([
      ['2027-12', { inTime: 0, missed: 1, nearMisses: 0 }, { inTime: 1, missed: 0, nearMisses: 1 }],
    ]);
    expect(rows[0]?.adoption).toMatchObject({ count: 1, open: 0, medianMs: 16 * hour });
    expect(misses.map(({ clock: which, month }) => [which, month])).toEqual([['response', '2027-12']]);
    await everythingIsVerified();
  });

  test('over a leap day: a day more in the calendar, not a day more on the clock', async () => {
    now = Date.parse('2028-02-28T11:00:00Z');
    await disclose('CVE-2028-1', '2028-02-28T12:00:00Z', 7.5);
    expect(await due('1')).toEqual(['2028-03-02T12:00', '2028-03-14T12:00']);
    await pass(Date.parse('2028-02-29T23:45:00Z'));
    await stores().findings.recordStatement({
      findingId: '1',
      facts: (['a', 'b', 'c', 'd', 'e', 'f'] as const).map((part) => ({ kind: 'response', part })),
      evidence: null,
      by: { name: 'ann', roles: ['analyst'] },
      at: now,
    });
    await look('1.1', []);
    await publish('1.1');
    await pass(Date.parse('2028-03-03T00:00:00Z'));
    const { rows } = await stores().attainment.attainment();
    expect(
      rows.map(({ month, response, remediation, exposureMs }) => [
        month,
        response.inTime,
        remediation.inTime,
        exposureMs,
      ]),
    ).toEqual([['2028-02', 1, 1, 35.75 * hour]]);
    // It was answered and fixed before half of the time was used.
    expect(await told()).toEqual([]);
    await everythingIsVerified();
  });

  test('over the change to summer time: 24 hours are 24 hours, and who answers ends the calls', async () => {
    now = Date.parse('2028-03-25T20:00:00Z');
    await disclose('CVE-2028-2', '2028-03-25T22:30:00Z', 9.8);
    expect(await due('1')).toEqual(['2028-03-26T22:30', '2028-04-01T22:30']);
    await pass(Date.parse('2028-03-26T22:30:00Z'));
    const calls = (await told()).filter((line) => line.startsWith('sla.paged'));
    const { escalation } = stores();
    // It is a quarter past ten on Sunday in Berlin, and the week is Bob's.
    expect(calls).toEqual([
      'sla.paged 2028-03-26T20:15 response bob',
      'sla.paged 2028-03-26T20:30 response ann',
      'sla.paged 2028-03-26T20:45 response carol',
    ]);
    const [page] = await escalation.pages(1);
    expect(
      await escalation.acknowledge({ pageId: page?.id ?? '', by: { name: 'carol', roles: ['security_lead'] } }),
    ).toEqual({
      kind: 'acknowledged',
    });
    await pass(now + 2 * day);
    expect((await told()).filter((line) => line.includes('response')).length).toBe(4 + calls.length);
    await everythingIsVerified();
  });
});
