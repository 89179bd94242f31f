import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Kysely } from 'kysely';
import type { WrittenStatement } from '../../../formats/openvex/write-openvex.ts';
import { formatPackageUrl } from '../../../formats/purl/package-url.ts';
import { toIso } from '../../../foundation/clock.ts';
import type { Stage } from '../lifecycle.ts';
import type { FindingRow } from '../rows.ts';
import type { StoreTables } from '../tables.ts';
import type { Verdict } from '../verdict.ts';
import { verdictTypes } from '../verdict-types.ts';
import type { AcceptedRisk } from './accept-risk.ts';

/** Which findings; all that is not named. */
export interface VexAbout {
  readonly channel?: string;
  readonly attr?: string;
}

/** Of one turn. */
const rowsTogether = 1_000;

const columns = [
  'id',
  'advisory_id',
  'attr',
  'channel',
  'version',
  'fixed_version',
  'stage',
  'opened_at',
  'changed_at',
  'remediation_due_at',
  'verdict',
  'risk_accepted',
] as const;
type SayingRow = Pick<FindingRow, (typeof columns)[number]>;

/** What our findings say in VEX; nothing of those that nobody has looked at and no source names any more. */
export async function vexStatements(
  db: Kysely<StoreTables>,
  { channel, attr }: VexAbout,
): Promise<readonly WrittenStatement[]> {
  let query = db.selectFrom('finding').select(columns).orderBy('id').limit(rowsTogether);
  if (channel !== undefined) query = query.where('channel', '=', channel);
  if (attr !== undefined) query = query.where('attr', '=', attr);
  const statements: WrittenStatement[] = [];
  for (let after = 0; ; ) {
    const rows = await query.where('id', '>', after).execute();
    for (const row of rows) {
      const said = statementOf(row);
      if (said !== null) statements.push({ vulnerability: row.advisory_id, products: [productOf(row, said)], ...said });
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < rowsTogether) return statements;
    after = last.id;
    // A hundred thousand take seconds: others have their turn in between.
    await nextTurn();
  }
}

type Said = Omit<WrittenStatement, 'vulnerability' | 'products'>;

/** The reference's mapping of stages to OpenVEX. */
function statementOf(row: SayingRow): Said | null {
  const none = {
    justification: null,
    impact: null,
    action: null,
    timestamp: toIso(Math.max(row.opened_at, row.changed_at)),
  };
  switch (row.stage as Stage) {
    case 'matched':
    case 'triaging':
      return { ...none, status: 'under_investigation' };
    case 'not_affected':
    case 'dismissed': {
      if (row.verdict === null) return null;
      const verdict = JSON.parse(row.verdict) as Verdict;
      const { status, justification } = verdictTypes[verdict.reason];
      return { ...none, status, justification, impact: status === 'fixed' ? null : verdict.statement };
    }
    case 'verified':
    case 'closed':
      return { ...none, status: 'fixed' };
    case 'released':
      return { ...none, status: 'affected', action: `Update to ${row.fixed_version ?? 'the newest release'}.` };
    case 'void':
      return null;
    default:
      if (row.risk_accepted !== null) {
        const { until, control } = JSON.parse(row.risk_accepted) as AcceptedRisk;
        return {
          ...none,
          status: 'affected',
          action: `No fix before ${toIso(until)}: the risk is accepted. ${control}`,
        };
      }
      return { ...none, status: 'affected', action: `A fix is due by ${toIso(row.remediation_due_at)}.` };
  }
}

function productOf(row: SayingRow, { status }: Said): string {
  const version = status === 'fixed' ? (row.fixed_version ?? row.version) : row.version;
  const [name = '', ...sets] = row.attr.split('.').reverse();
  const namespace = sets.reverse().join('/');
  return formatPackageUrl({ type: 'nix', namespace, name, version, qualifiers: { channel: row.channel } }) ?? row.attr;
}
