import { existsSync, readFileSync } from 'node:fs';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Person } from '../../../accounts/index.ts';
import { readOpenVex } from '../../../formats/openvex/read-openvex.ts';
import { writeOpenVex } from '../../../formats/openvex/write-openvex.ts';
import type { JournalTables } from '../../../journal/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import { databasesForTests } from '../../../platform/database/testing.ts';
import {
  createFindingStore,
  defaultPolicyText,
  type FindingStore,
  type FindingsTables,
  parsePolicy,
  type Verdict,
} from '../index.ts';
import { advisory, disclosed, match } from '../testing.ts';
import { readDecisions } from './imported-decision.ts';

const hour = 3_600_000;
const ann: Person = { name: 'ann', roles: ['analyst'] };
const bob: Person = { name: 'bob', roles: ['reviewer'] };

const whitelist = `
["*"]
cve = ["CVE-2027-1"]
issue_url = "https://example.org/1"

["git-1.0"]
cve = "2027-2"
until = "2027-12-24"
issue_url = ["https://example.org/2"]
comment = "speaks of the plugin"
status = "inprogress"

["git"]
comment = "broken, won't fix"

["curl-0.9"]
cve = "CVE-2027-3"
until = "2018-03-01"
`;

describe.each(await databasesForTests())('decisions of other tools on $name', (engine) => {
  let db: Database<FindingsTables & JournalTables>;
  let store: FindingStore;
  const at = disclosed + 2 * hour;
  const take = (
    text: string,
    given: { readonly reason?: 'build-option-off'; readonly evidence?: string; readonly dryRun?: boolean } = {},
  ) =>
    store.importDecisions({
      source: 'list',
      decisions: readDecisions(text),
      reason: given.reason ?? null,
      evidence: given.evidence ?? null,
      by: ann,
      at,
      dryRun: given.dryRun ?? false,
    });
  const outcomes = (entries: Awaited<ReturnType<typeof take>>) =>
    entries.map(({ outcome, detail }) => `${outcome}: ${detail}`);

  beforeEach(async () => {
    db = await engine.open<FindingsTables & JournalTables>();
    store = createFindingStore({
      db,
      policies: async () => [parsePolicy(defaultPolicyText)],
      clock: { now: () => at },
    });
    const places = [
      ['CVE-2027-1', 'xz'],
      ['CVE-2027-1', 'git'],
      ['CVE-2027-2', 'git'],
    ] as const;
    await store.update({
      channel: 'rolling',
      scope: { kind: 'channel' },
      matches: places.map(([id, attr]) => match(id, attr)),
      advisories: new Map(places.map(([id]) => [id, advisory(id, { score: 5 })])),
      packages: new Map(
        ['xz', 'git'].map((attr) => [attr, { version: '1.0', coveredSince: null, shippedSince: null }]),
      ),
      at: disclosed + hour,
    });
  });

  test('a whitelist becomes proposals; what says too little is kept with the reason', async () => {
    expect(outcomes(await take(whitelist, { reason: 'build-option-off' }))).toEqual([
      'proposed: findings 1, 2',
      'proposed: findings 3',
      'kept: it links to no evidence: give --evidence for such entries',
      'kept: it links to no evidence: give --evidence for such entries',
    ]);
    const rows = await db.read.selectFrom('finding_import').selectAll().execute();
    expect(rows.map(({ outcome }) => outcome).sort()).toEqual(['kept', 'kept', 'proposed', 'proposed']);
    // Whole: also the key that vulnix does not know.
    expect(rows.some(({ entry }) => entry.includes('"status":"inprogress"'))).toBe(true);
    const [waiting] = await store.awaited({ findingId: '3', limit: 9 });
    expect(waiting?.awaited).toMatchObject({
      by: 'ann',
      verdict: {
        statement: 'speaks of the plugin',
        predicate: { attributes: { version: '1.0' }, until: Date.UTC(2027, 11, 24) },
      },
    });
    const again = await take(whitelist, { reason: 'build-option-off', evidence: 'https://example.org/list' });
    expect(outcomes(again)).toEqual([
      'known: findings 1, 2',
      'known: findings 3',
      'proposed: findings 2, 3',
      'kept: it expired on 2018-03-01',
    ]);
    expect((await db.read.selectFrom('finding_import').selectAll().execute()).length).toBe(4);
  });

  test('without a reason nothing is guessed, and a preview leaves nothing', async () => {
    expect(new Set((await take(whitelist)).map(({ outcome }) => outcome))).toEqual(new Set(['kept']));
    await take(whitelist, { reason: 'build-option-off', dryRun: true });
    expect(await store.awaited({ findingId: null, limit: 9 })).toEqual([]);
  });

  test('a CSV of sbomnix and of our own', async () => {
    const csv = `vuln_id,package,whitelist,comment,reason,evidence
CVE-2027-1,xz,true,not built here at all,build-option-off,https://example.org/1
CVE-2027-2,git,false,really affected,,
CVE-2027-9,git,true,no such finding,build-option-off,https://example.org/9`;
    expect(outcomes(await take(csv))).toEqual([
      'proposed: findings 1',
      'kept: it says "affected": that is stated by a person, not imported',
      'kept: no open finding of it',
    ]);
  });

  test('what is exported as OpenVEX is read back, and is a proposal again however mild', async () => {
    const verdict: Verdict = {
      reason: 'component-mismatch',
      statement: 'The record speaks of the plugin.',
      evidence: 'https://example.org/',
      details: { ours: 'git', theirs: 'the plugin' },
      predicate: { from: null, before: null, patches: [], until: null },
    };
    await store.act({ findingId: '3', by: ann, at, act: { kind: 'not-affected', verdict } });
    const statements = await store.vexStatements({});
    const document = writeOpenVex({
      author: 'acme',
      timestamp: '2027-03-02T12:00:00Z',
      idBase: 'https://acme/vex',
      statements,
    });
    expect(
      readOpenVex(document).statements.map(({ status, products, justification }) => [
        status,
        products[0],
        justification,
      ]),
    ).toEqual([
      ['under_investigation', 'pkg:nix/xz@1.0?channel=rolling', null],
      ['under_investigation', 'pkg:nix/git@1.0?channel=rolling', null],
      ['not_affected', 'pkg:nix/git@1.0?channel=rolling', 'component_not_present'],
    ]);
    await store.act({ findingId: '3', by: ann, at, act: { kind: 'withdraw', reason: 'to import it' } });
    const imported = await take(JSON.stringify(document), { evidence: 'https://example.org/vex' });
    expect(imported.map(({ outcome }) => outcome)).toEqual(['kept', 'kept', 'proposed']);
    const [waiting] = await store.awaited({ findingId: '3', limit: 9 });
    expect((await store.triaged('3'))?.finding.state).toBe('under_investigation');
    const content = waiting?.awaited.kind === 'verdict' ? waiting.awaited.content : '';
    expect(await store.act({ findingId: '3', by: bob, at, act: { kind: 'approve', content } })).toMatchObject({
      stage: 'dismissed',
    });
  });
});

const files = '../shared/data/vectors/import';
if (!existsSync(files)) console.log(`left out: ${files} is not there`);

test.skipIf(!existsSync(files))('the whitelist that NixOS kept for its tests: every line of it is a decision', () => {
  const text = readFileSync(`${files}/nixos-20.03.toml`, 'utf8');
  const decisions = readDecisions(text);
  expect(decisions.filter(({ vulnerability }) => vulnerability !== null)).toHaveLength(
    text.match(/CVE-\d+-\d+/g)?.length ?? 0,
  );
  expect(decisions.every((one) => one.package !== null)).toBe(true);
});
