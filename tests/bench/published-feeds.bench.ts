import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { syndicated } from '../../src/app/reads/advisory-reads.ts';
import { syndicationRoutes } from '../../src/http/syndication/routes.ts';
import type { JournalTables } from '../../src/journal/index.ts';
import { migrate, migrations } from '../../src/migrations/index.ts';
import { createPublicationStore, type PublicationTables } from '../../src/pipeline/evidence/index.ts';
import {
  createFindingStore,
  defaultPolicyText,
  type FindingsTables,
  parsePolicy,
} from '../../src/pipeline/findings/index.ts';
import { advisory } from '../../src/pipeline/findings/testing.ts';
import { openSqlite } from '../../src/platform/database/sqlite.ts';
import type { WalkContext } from '../../src/worker/index.ts';
import type { Benchmark } from './measure.ts';

const findings = 100_000;
const now = 1_800_000_000_000;
const details = 'A heap buffer overflow in the parser of the header lets a remote attacker run code. '.repeat(12);
const places = [
  'all',
  'channel/rolling',
  'severity/high',
  'state/open',
  'state/fixed',
  'state/breached',
  'package/pkg7',
];

/** The rows of a feed's advisories in the order of an index that is there: what a feed holds, and no more. */
export const benchmark: Benchmark = {
  title: 'the published feeds over a hundred thousand findings',
  runs: 20,
  prepare: async (folder) => {
    const file = path.join(folder, 'feeds.sqlite');
    const db = await openSqlite<FindingsTables & PublicationTables & JournalTables>({ file });
    await migrate(db, migrations, 0);
    fill(file);
    const store = createFindingStore({
      db,
      policies: async () => [parsePolicy(defaultPolicyText)],
      clock: { now: () => now },
    });
    const advisories = {
      byIds: async (ids: readonly string[]) => new Map(ids.map((id) => [id, advisory(id, { details })])),
    };
    const names = { namesOf: async () => new Map() };
    const publications = createPublicationStore({ db, advisories: names, prefix: 'XSP', now: () => now });
    const context = { findings: store, advisories, publications } as unknown as WalkContext;
    const reads = {
      releases: async () => [],
      consumerNews: async () => null,
      syndicatedAdvisories: syndicated.bind(null, context),
    };
    const app = syndicationRoutes({ reads, publicUrl: 'http://localhost', name: 'acme/secure' });
    let slowest = '';
    const given = async () => {
      const told = new Set<string>();
      let slowestMs = 0;
      for (const place of places) {
        const startedAt = performance.now();
        const feed = await (await app.request(`/feeds/${place}.json`)).text();
        const tookMs = performance.now() - startedAt;
        if (tookMs > slowestMs) [slowestMs, slowest] = [tookMs, place];
        for (const [, id = ''] of feed.matchAll(/"id":\s*"[^"]*\/cve\/([^"]+)"/g)) told.add(id);
      }
      return { kind: 'self-timed', tookMs: slowestMs, result: [...told].sort() } as const;
    };
    const ids = (await given()).result;
    const bare = new DatabaseSync(file, { readOnly: true });
    const rows = bare.prepare(`select * from finding where advisory_id in (${ids.map(() => '?').join(',')})`);
    return {
      input: `${findings.toLocaleString('en')} findings of ${(findings / 5).toLocaleString('en')} advisories; ${ids.length} in ${places.length} feeds`,
      ours: { name: 'the slowest of the feeds, rendered', run: given },
      floor: {
        name: 'the rows of all, their advisories known',
        run: async () => [...new Set(rows.all(...ids).map((row) => String(row.advisory_id)))].sort(),
      },
      note: () => `the slowest was ${slowest}`,
    };
  },
};

function fill(file: string): void {
  const db = new DatabaseSync(file);
  db.exec(`
    with recursive n(i) as (select 1 union all select i + 1 from n where i < ${findings}),
    spread as (select i, (i * 2654435761) % 4294967296 as hash from n)
    insert into finding (id, advisory_id, attr, channel, version, state, band, known_exploited, risk_hundredths, disclosed_at,
      opened_at, changed_at, explanation, patches, attributions, advisory_say, policy_id, policy_version, start_at,
      remediation_due_at, breach_at, stage)
    select i, 'CVE-2027-' || (10000 + i % (${findings} / 5)), 'pkg' || (i / (${findings} / 5) * 400 + hash % 400), case i % 2 when 0 then 'rolling' else 'stable' end, '1.0',
      case hash % 8 when 0 then 'fixed' when 1 then 'not_affected' when 2 then 'under_investigation' else 'open' end,
      case hash % 5 when 0 then 'critical' when 1 then 'high' when 2 then 'medium' when 3 then 'low' else 'unknown' end,
      0, hash % 10000, 1798000000000, 1798000000000, 1798000000000 + (hash % 1000) * 1000,
      'The version lies before the first fixed one.', '[]', '[]', '{}', 'standard', 1, 1798000000000,
      1798000000000 + (hash % 5000000) * 1000,
      case when hash % 8 < 2 then 8640000000000000 else 1798000000000 + (hash % 5000000) * 1000 end, 'matched'
    from spread;
    analyze;
  `);
  db.close();
}
