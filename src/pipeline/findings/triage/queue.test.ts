import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { databasesForTests } from '../../../platform/database/testing.ts';
import { createFindingStore, defaultPolicyText, parsePolicy } from '../index.ts';
import type { StoreTables } from '../tables.ts';
import { advisory, disclosed, match } from '../testing.ts';
import { openNamed } from './queue.ts';

const everything = { band: null, channel: null, stage: null, claimedBy: null, attr: null, after: null, limit: 3 };

describe.each(await databasesForTests())('the queue on $name', (engine) => {
  test('is narrowed to names that begin so, page by page, by an index of names', async () => {
    const db = await engine.open<StoreTables>();
    const clock = { now: () => disclosed + 1 };
    const store = createFindingStore({ db, policies: async () => [parsePolicy(defaultPolicyText)], clock });
    const names = ['openssh', 'openssl', 'openssl_1_1', 'opens', 'opensSL', 'öpenssl', 'openvpn', 'xz'];
    await store.update({
      channel: 'rolling',
      scope: { kind: 'channel' },
      matches: names.map((attr) => match('CVE-2027-1', attr)),
      advisories: new Map([['CVE-2027-1', advisory('CVE-2027-1')]]),
      packages: new Map(names.map((attr) => [attr, { version: '1.0', coveredSince: null, shippedSince: null }])),
      at: disclosed,
    });
    const found: string[] = [];
    let after: string | null = null;
    do {
      const page = await store.queue({ ...everything, attr: 'openss', after });
      found.push(...page.items.map(({ findings }) => findings[0]?.finding.attr ?? ''));
      after = page.next;
    } while (after !== null);
    expect(found.sort()).toEqual(['openssh', 'openssl', 'openssl_1_1']);
    expect(await store.queue({ ...everything, attr: 'nothing' })).toEqual({ items: [], next: null });

    const { sql: text, parameters } = openNamed(db.read, 'openss').compile();
    const plan = await db.write(async (trx) => {
      // Among few rows PostgreSQL would rather read them all.
      if (engine.name === 'postgres') await sql`set local enable_seqscan = off`.execute(trx);
      const how = engine.name === 'postgres' ? 'explain' : 'explain query plan';
      return trx.executeQuery({ ...openNamed(trx, 'openss').compile(), sql: `${how} ${text}`, parameters });
    });
    expect(JSON.stringify(plan.rows)).toMatch(/index.* finding_attr .*attr ?>/i);
  });
});
