import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import type { triageRoutes } from '../../src/http/web/triage-routes.tsx';
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
const flake = { organisation: 'acme', flake: 'secure' };
/** The queue, then by severity, stage, package, a name that no package has, and one that all have. The second page follows. */
const choices = ['', '?band=critical', '?stage=triaging', '?attr=pkg123', '?attr=zzz', '?attr=pkg'];
const packages = 20_000;

export const benchmark: Benchmark = {
  title: 'the queue pages among a hundred thousand findings',
  runs: 20,
  prepare: async (folder) => {
    const file = path.join(folder, 'findings.sqlite');
    const db = await openSqlite<FindingsTables & JournalTables>({ file });
    await migrate(db, migrations, 0);
    fill(file);
    const clock = { now: () => Date.UTC(2027, 0, 15) };
    const store = createFindingStore({ db, policies: async () => [parsePolicy(defaultPolicyText)], clock });
    const never = () => Promise.reject(new Error('nobody takes anything on here'));
    const pages = await pagesIn(folder);
    const app = pages({
      triage: { ...store, findingPage: async () => null, takeUnbounded: never },
      clock,
      publicUrl: 'http://localhost',
      flake,
    });
    const first = await (await app.request('/queue')).text();
    const nextPage = /href="\/queue(\?[^"]*after=[^"]+)"/.exec(first)?.[1]?.replaceAll('&amp;', '&');
    if (nextPage === undefined) throw new Error('the queue has no second page');
    const addresses = [...choices, nextPage];
    const shown = async () => {
      const told = new Set<number>();
      let slowestMs = 0;
      for (const asked of addresses) {
        const started = performance.now();
        const page = await (await app.request(`/queue${asked}`)).text();
        slowestMs = Math.max(slowestMs, performance.now() - started);
        for (const [, id] of page.matchAll(/href="\/findings\/(\d+)"/g)) told.add(Number(id));
      }
      return { kind: 'self-timed', tookMs: slowestMs, result: [...told].sort((a, b) => a - b) } as const;
    };
    const ids = (await shown()).result;
    const bare = new DatabaseSync(file, { readOnly: true });
    const rows = bare.prepare(`select * from finding where id in (${ids.map(() => '?').join(',')}) order by id`);
    return {
      input: `${findings.toLocaleString('en')} findings in ${packages.toLocaleString('en')} packages; ${ids.length} on the pages`,
      ours: { name: `the slowest of ${addresses.length} pages as HTML`, run: shown },
      floor: {
        name: 'the rows of all, their numbers known',
        run: async () => rows.all(...ids).map(({ id }) => Number(id)),
      },
    };
  },
};

/** The very pages; Node itself reads no JSX. */
async function pagesIn(folder: string): Promise<typeof triageRoutes> {
  const outfile = path.join(folder, 'triage-routes.mjs');
  const entry = new URL('../../src/http/web/triage-routes.tsx', import.meta.url);
  const jsx = { jsx: 'automatic', jsxImportSource: 'hono/jsx' } as const;
  await build({
    entryPoints: [fileURLToPath(entry)],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    // Some dependencies are CommonJS and ask for require().
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    ...jsx,
  });
  const read = (await import(pathToFileURL(outfile).href)) as { readonly triageRoutes: typeof triageRoutes };
  return read.triageRoutes;
}

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
