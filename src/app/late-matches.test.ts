import { expect, test } from 'vitest';
import type { JournalTables } from '../journal/index.ts';
import { type CatalogTables, createCatalogStore, readInventory } from '../pipeline/catalog/index.ts';
import {
  createAttainmentStore,
  createFindingStore,
  defaultPolicyText,
  type FindingsTables,
  parsePolicy,
} from '../pipeline/findings/index.ts';
import { match, advisory as told } from '../pipeline/findings/testing.ts';
import { createMatchStore, LabelledCase, type MatchingTables } from '../pipeline/matching/index.ts';
import { advisory, affected, cpe, record } from '../pipeline/matching/testing.ts';
import type { Database } from '../platform/database/index.ts';
import { databasesForTests } from '../platform/database/testing.ts';
import { lateMatches } from './late-matches.ts';

const day = 86_400_000;
const now = Date.UTC(2027, 2, 22, 10);

test.each(await databasesForTests())('what was matched too late is a question to ask again ($name)', async (engine) => {
  const db: Database<FindingsTables & CatalogTables & MatchingTables & JournalTables> = await engine.open();
  const clock = { now: () => now };
  const findings = createFindingStore({ db, policies: async () => [parsePolicy(defaultPolicyText)], clock });
  const catalog = createCatalogStore(db);
  const line = {
    attr: 'openssl',
    kind: 'drv',
    pname: 'openssl',
    version: '3.0.13',
    name: 'openssl-3.0.13',
    system: 'x86_64-linux',
  };
  async function* inventory() {
    yield JSON.stringify(line);
  }
  await catalog.recordEvaluation({
    channel: 'rolling',
    commitId: 'a'.repeat(40),
    at: now,
    origin: 'inventory',
    results: readInventory(inventory(), { system: 'x86_64-linux' }),
  });
  const publishedAt = new Map([
    ['CVE-2027-1', now - 20 * day],
    ['CVE-2027-2', now - 1000],
  ]);
  const ids = [...publishedAt.keys()];
  await findings.update({
    channel: 'rolling',
    scope: { kind: 'channel' },
    matches: ids.map((id) => match(id, 'openssl', { version: '3.0.12', fixedIn: '3.0.13' })),
    advisories: new Map(ids.map((id) => [id, { ...told(id), publishedAt: publishedAt.get(id) ?? null, records: [] }])),
    packages: new Map([['openssl', { version: '3.0.12', coveredSince: null, shippedSince: null }]]),
    at: now,
  });
  const records = [
    record('nvd', [affected(cpe('openssl:openssl'), ['>=3.0.0 <3.0.13'])], { publishedAt: now - 20 * day }),
  ];
  const advisories = { byIds: async () => new Map(ids.map((id) => [id, advisory(records, { id })])) };
  const context = {
    findings,
    catalog,
    advisories,
    attainment: createAttainmentStore({ db, clock }),
    matches: createMatchStore(db),
  } as unknown as Parameters<typeof lateMatches>[0];
  const found = await lateMatches(context);
  expect(found).toMatchObject([
    { advisoryId: 'CVE-2027-1', attr: 'openssl', version: '3.0.12', lateMs: 20 * day, matchedAt: now },
  ]);
  const again = LabelledCase.parse(JSON.parse(JSON.stringify(found[0]?.line)));
  expect(again).toMatchObject({
    // What is carried now is fixed; the question is about what was carried then.
    package: { pname: 'openssl', version: '3.0.12', attr: 'openssl' },
    records: [{ source: 'nvd', recordId: 'CVE-2026-1', identity: 'cpe:openssl:openssl', ranges: ['>=3.0.0 <3.0.13'] }],
    label: 'affected',
    late: {
      channel: 'rolling',
      matchedAt: '2027-03-22T10:00:00Z',
      said: [{ source: 'nvd', publishedAt: '2027-03-02T10:00:00Z' }],
    },
  });
});
