import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { presentWorkItem } from '../../src/http/api/present-triage.ts';
import type { JournalTables } from '../../src/journal/index.ts';
import { migrate, migrations } from '../../src/migrations/index.ts';
import {
  createFindingStore,
  defaultPolicyText,
  type FindingsTables,
  parsePolicy,
} from '../../src/pipeline/findings/index.ts';
import { openSqlite } from '../../src/platform/database/sqlite.ts';
import type { Benchmark } from './measure.ts';

const findings = 100_000;
const packages = 20_000;

export const benchmark: Benchmark = {
  title: 'the queue page among a hundred thousand findings',
  runs: 20,
  prepare: async (folder) => {
    const file = path.join(folder, 'findings.sqlite');
    const db = await openSqlite<FindingsTables & JournalTables>({ file });
    await migrate(db, migrations, 0);
    fill(file);
    const clock = { now: () => Date.UTC(2027, 0, 15) };
    const store = createFindingStore({ db, policies: [parsePolicy(defaultPolicyText)], clock });
    const everything = { band: null, channel: null, stage: null, claimedBy: null, attr: null, after: null };
    const shown = async () => {
      const { items } = await store.queue({ ...everything, limit: 50 });
      const told = JSON.stringify(items.map(presentWorkItem));
      const read = JSON.parse(told) as readonly ReturnType<typeof presentWorkItem>[];
      return read.flatMap((item) => item.findings.map((one) => Number(one.id))).sort((a, b) => a - b);
    };
    const ids = await shown();
    const bare = new DatabaseSync(file, { readOnly: true });
    const rows = bare.prepare(`select * from finding where id in (${ids.map(() => '?').join(',')}) order by id`);
    return {
      input: `${findings.toLocaleString('en')} findings in ${packages.toLocaleString('en')} packages; ${ids.length} on the page`,
      ours: { name: 'the page, as the API answers it', run: shown },
      floor: { name: 'its rows, their numbers known', run: async () => rows.all(...ids).map(({ id }) => Number(id)) },
    };
  },
};

/** Of every state, severity and stage; a few packages have hundreds, as browsers and kernels do. */
function fill(file: string): void {
  const db = new DatabaseSync(file);
  db.exec(`
    with recursive n(i) as (select 1 union all select i + 1 from n where i < ${findings}),
    spread as (select i, (i * 2654435761) % 4294967296 as hash from n)
    insert into finding (id, advisory_id, attr, channel, version, state, band, known_exploited, risk_hundredths, disclosed_at,
      opened_at, explanation, patches, attributions, advisory_say, policy_id, policy_version, start_at, remediation_due_at,
      breach_at, stage, claimed_by, claim_until)
    select i, 'CVE-2027-' || i, 'pkg' || case when hash % 10 = 0 then hash % 40 else hash % ${packages} end, 'rolling', '1.0',
      case hash % 8 when 0 then 'fixed' when 1 then 'not_affected' when 2 then 'under_investigation' else 'open' end,
      case hash % 5 when 0 then 'critical' when 1 then 'high' when 2 then 'medium' when 3 then 'low' else 'unknown' end,
      hash % 97 = 0, hash % 10000, 1798000000000, 1798000000000, 'The version lies before the first fixed one.', '[]', '[]', '{}',
      'standard', 1, 1798000000000, 1798000000000 + (hash % 5000000) * 1000,
      case when hash % 8 = 1 then 8640000000000000 else 1798000000000 + (hash % 5000000) * 1000 end,
      case hash % 8 when 0 then 'staged' when 1 then 'not_affected' when 3 then 'triaging' else 'matched' end,
      case when hash % 8 = 3 then 'ada' end, case when hash % 8 = 3 then 1900000000000 end
    from spread;
  `);
  db.close();
}
