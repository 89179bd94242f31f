/** What findings say, published: true at any time, and the same bytes as long as they say the same. */
import { beforeEach, describe, expect, test } from 'vitest';
import { readOpenVex } from '../formats/openvex/read-openvex.ts';
import { appendEvent, type JournalTables, sequenceReader } from '../journal/index.ts';
import { createFindingStore, defaultPolicyText, type FindingsTables, parsePolicy } from '../pipeline/findings/index.ts';
import { advisory, day, disclosed, match } from '../pipeline/findings/testing.ts';
import type { Database } from '../platform/database/index.ts';
import { databasesForTests } from '../platform/database/testing.ts';
import { createVexDocuments } from './vex-documents.ts';

const minute = 60_000;

describe.each(await databasesForTests())('VEX on $name', (engine) => {
  let db: Database<FindingsTables & JournalTables>;
  let now: number;
  let written: number;
  let findings: ReturnType<typeof createFindingStore>;
  let vex: ReturnType<typeof createVexDocuments>;

  beforeEach(async () => {
    db = await engine.open<FindingsTables & JournalTables>();
    now = disclosed + 60 * minute;
    written = 0;
    findings = createFindingStore({
      db,
      policies: async () => [parsePolicy(defaultPolicyText)],
      clock: { now: () => now },
    });
    vex = createVexDocuments({
      findings: {
        vexStatements: (about) => {
          written += 1;
          return findings.vexStatements(about);
        },
      },
      newest: sequenceReader(db),
      clock: { now: () => now },
      author: 'acme',
      publicUrl: 'https://set.example',
      channels: ['rolling', 'quiet'],
    });
    await look('1.0');
  });

  const ids = ['CVE-2027-1', 'CVE-2027-2'];
  const look = (version: string) =>
    findings.update({
      channel: 'rolling',
      scope: { kind: 'channel' },
      matches: ids.map((id, index) =>
        match(id, `pkg${index}`, index === 0 && version !== '1.0' ? { status: 'fixed', version } : {}),
      ),
      advisories: new Map(ids.map((id) => [id, advisory(id)])),
      packages: new Map(
        ids.map((_, index) => [
          `pkg${index}`,
          { version: index === 0 ? version : '1.0', coveredSince: null, shippedSince: null },
        ]),
      ),
      at: now,
    });
  const channel = (name = 'rolling') => vex({ kind: 'channel', name });
  const statementsOf = (text: string | null) =>
    readOpenVex(JSON.parse(text ?? '')).statements.map(({ vulnerability, status, products, timestamp }) => [
      vulnerability.name,
      status,
      products[0],
      Date.parse(timestamp ?? ''),
    ]);

  test('a channel, and a package of all channels', async () => {
    const [first, second] = ids.map((id, index) => [
      id,
      'under_investigation',
      `pkg:nix/pkg${index}@1.0?channel=rolling`,
      now,
    ]);
    expect(statementsOf(await channel())).toEqual([first, second]);
    expect(statementsOf(await vex({ kind: 'package', name: 'pkg1' }))).toEqual([second]);
    // The format has no document without a statement, and what is not kept here is not looked for.
    expect(await Promise.all([channel('quiet'), channel('gone'), vex({ kind: 'package', name: 'zlib' })])).toEqual([
      null,
      null,
      null,
    ]);
  });

  test('the same as long as nothing is said anew; what is said anew is there within a minute', async () => {
    const before = await channel();
    now += day;
    expect(await channel()).toBe(before);
    expect(written).toBe(1);
    // Something else happened.
    await db.write((trx) => appendEvent(trx, { at: now, kind: 'x', subject: 'x', actor: 'x', payload: {} }));
    expect(await channel()).toBe(before);
    expect(written).toBe(2);

    await look('2.0');
    expect(await channel()).toBe(before);
    now += minute;
    const after = await channel();
    expect(statementsOf(after)[0]).toEqual([ids[0], 'affected', 'pkg:nix/pkg0@1.0?channel=rolling', now - minute]);
    const [old, fresh] = [before, after].map((text) => readOpenVex(JSON.parse(text ?? '')));
    expect(fresh?.id).not.toBe(old?.id);
    expect([Date.parse(old?.timestamp ?? ''), Date.parse(fresh?.timestamp ?? '')]).toEqual([
      disclosed + 60 * minute,
      now,
    ]);
  });

  test('many who ask at once have it written once', async () => {
    const texts = await Promise.all(Array.from({ length: 20 }, () => channel()));
    expect([new Set(texts).size, written]).toEqual([1, 1]);
  });
});
