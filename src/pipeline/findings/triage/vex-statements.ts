import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Kysely } from 'kysely';
import type { WrittenStatement } from '../../../formats/openvex/write-openvex.ts';
import { purlOfAttribute } from '../../../formats/purl/purl-of-attribute.ts';
import { toIso } from '../../../foundation/clock.ts';
import { publicSayOf, sayColumnsRead } from '../public-say.ts';
import type { FindingRow } from '../rows.ts';
import type { StoreTables } from '../tables.ts';

/** Which findings; all that is not named. */
export interface VexAbout {
  readonly channel?: string;
  readonly attr?: string;
}

/** Of one turn. */
const rowsTogether = 1_000;

const columns = ['id', 'advisory_id', 'attr', 'channel', 'opened_at', 'changed_at', ...sayColumnsRead] as const;
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

function statementOf(row: SayingRow): Said | null {
  const none = {
    justification: null,
    impact: null,
    action: null,
    timestamp: toIso(Math.max(row.opened_at, row.changed_at)),
  };
  const says = publicSayOf(row);
  switch (says.kind) {
    case 'under_investigation':
    case 'fixed':
      return { ...none, status: says.kind };
    case 'affected':
      return { ...none, status: 'affected', action: says.action };
    case 'not_affected':
      return { ...none, status: 'not_affected', justification: says.justification, impact: says.statement };
    default:
      return null;
  }
}

function productOf({ attr, channel, version, fixed_version }: SayingRow, { status }: Said): string {
  return purlOfAttribute({ attr, channel, version: status === 'fixed' ? (fixed_version ?? version) : version });
}
