import { createHash } from 'node:crypto';
import type { Transaction } from 'kysely';
import { type Person, refusalOf } from '../../../accounts/index.ts';
import type { EpochMs } from '../../../foundation/clock.ts';
import { AppError } from '../../../foundation/errors.ts';
import { canonicalJson } from '../../../foundation/json.ts';
import type { Database } from '../../../platform/database/index.ts';
import type { FindingRow } from '../rows.ts';
import { proposeVerdict } from '../sign-verdict.ts';
import type { StoreTables } from '../tables.ts';
import { contentOf, Verdict } from '../verdict.ts';
import { type VerdictReason, type VerdictType, verdictTypes } from '../verdict-types.ts';
import { refusalWords } from './act.ts';
import type { ImportedDecision } from './imported-decision.ts';

export interface Import {
  /** What the file is called. */
  readonly source: string;
  readonly decisions: readonly ImportedDecision[];
  /** For entries that do not say why, or show nothing for it. */
  readonly reason: VerdictReason | null;
  readonly evidence: string | null;
  readonly by: Person;
  readonly at: EpochMs;
  readonly dryRun: boolean;
}

/** What became of an entry. Each is kept as it was read, whatever became of it. */
export interface ImportedEntry {
  readonly entry: unknown;
  readonly outcome: 'proposed' | 'known' | 'kept';
  /** Why it was only kept, or the findings that it was proposed for. */
  readonly detail: string;
}

/** Proposes what others decided; a second person approves it. What cannot be mapped is kept and said, never dropped. */
export async function importDecisions(db: Database<StoreTables>, given: Import): Promise<readonly ImportedEntry[]> {
  const why = refusalOf(given.by, 'analyst');
  if (why !== null)
    throw new AppError({ code: 'triage.role-missing', retryable: false }, refusalWords[why] ?? why, {
      hint: 'An import proposes verdicts: that takes the role analyst.',
    });
  const done: ImportedEntry[] = [];
  const preview = new Error('a preview');
  await db
    .write(async (trx) => {
      for (const decision of given.decisions) {
        const result = await importOne(trx, decision, given);
        done.push({ entry: decision.entry, ...result });
        await keep(trx, decision.entry, result, given);
      }
      if (given.dryRun) throw preview;
    })
    .catch((error: unknown) => {
      if (error !== preview) throw error;
    });
  return done;
}

type Result = Omit<ImportedEntry, 'entry'>;
const kept = (detail: string): Result => ({ outcome: 'kept', detail });

async function importOne(trx: Transaction<StoreTables>, decision: ImportedDecision, given: Import): Promise<Result> {
  const { status, until } = decision;
  if (status !== null && status !== 'not_affected')
    return kept(`it says "${status.slice(0, 40)}": that is stated by a person, not imported`);
  const reason = decision.reason ?? given.reason;
  if (reason === null) return kept('it says no reason: give --reason for such entries');
  const evidence = decision.links.find((link) => URL.canParse(link)) ?? given.evidence;
  if (evidence === null) return kept('it links to no evidence: give --evidence for such entries');
  const untilAt = until === null ? null : Date.parse(until);
  if (Number.isNaN(untilAt)) return kept(`"until" is no date: ${until?.slice(0, 40)}`);
  if (untilAt !== null && untilAt <= given.at) return kept(`it expired on ${until}`);
  const verdict = Verdict.safeParse({
    reason,
    statement: statementOf(decision.statement, given.source),
    evidence,
    details: detailsOf(reason, given.source),
    predicate: {
      from: null,
      before: null,
      patches: [],
      ...(decision.version === null ? {} : { attributes: { version: decision.version } }),
      until: untilAt,
    },
  });
  if (!verdict.success) return kept(verdict.error.issues[0]?.message ?? 'it makes no verdict');
  const rows = await findingsOf(trx, decision);
  if (rows.length === 0) return kept('no open finding of it');
  return proposeEach(trx, rows, verdict.data, given);
}

async function proposeEach(
  trx: Transaction<StoreTables>,
  rows: readonly FindingRow[],
  verdict: Verdict,
  { by, at }: Import,
): Promise<Result> {
  const [proposed, known, refused]: [string[], string[], string[]] = [[], [], []];
  for (const row of rows) {
    const findingId = String(row.id);
    const content = contentOf(findingId, verdict);
    const open = await trx
      .selectFrom('finding_verdict')
      .select('content')
      .where('finding_id', '=', row.id)
      .where('content', '=', content)
      .where('ended_at', 'is', null)
      .executeTakeFirst();
    if (open !== undefined) {
      known.push(findingId);
      continue;
    }
    const outcome = await proposeVerdict(trx, { findingId, by, at, verdict, alwaysTwo: true });
    if (outcome.kind === 'refused') refused.push(`${findingId}: ${refusalWords[outcome.why] ?? outcome.why}`);
    else proposed.push(findingId);
  }
  const said = refused.length === 0 ? '' : `; refused ${refused.slice(0, 5).join('; ')}`;
  if (proposed.length > 0) return { outcome: 'proposed', detail: `findings ${proposed.join(', ')}${said}` };
  if (known.length > 0) return { outcome: 'known', detail: `findings ${known.join(', ')}${said}` };
  return kept(refused.slice(0, 5).join('; '));
}

/** Open findings that an entry speaks of. A package is named by its attribute or the last part of it. */
async function findingsOf(trx: Transaction<StoreTables>, decision: ImportedDecision): Promise<readonly FindingRow[]> {
  const { vulnerability, package: named } = decision;
  // "Every vulnerability of every package" is no decision.
  if (vulnerability === null && named === null) return [];
  let query = trx.selectFrom('finding').selectAll().where('state', 'in', ['open', 'under_investigation']).orderBy('id');
  if (vulnerability !== null) query = query.where('advisory_id', '=', vulnerability);
  const rows = await query.execute();
  return rows.filter(
    ({ attr, version }) =>
      (named === null || attr === named || attr.endsWith(`.${named}`)) &&
      (decision.version === null || decision.version === version),
  );
}

async function keep(
  trx: Transaction<StoreTables>,
  entry: unknown,
  { outcome, detail }: Result,
  { source, by, at }: Import,
): Promise<void> {
  const body = canonicalJson(entry);
  const digest = createHash('sha256')
    .update(canonicalJson({ source, entry: body }))
    .digest('hex');
  const row = { digest, source, entry: body, outcome, detail, imported_by: by.name, imported_at: at };
  await trx
    .insertInto('finding_import')
    .values(row)
    .onConflict((conflict) => conflict.column('digest').doUpdateSet({ outcome, detail, imported_at: at }))
    .execute();
}

function statementOf(statement: string | null, source: string): string {
  const text = statement?.trim() ?? '';
  return text.length >= 10 ? text.slice(0, 4000) : `${text === '' ? 'Decided before' : text} (from ${source})`;
}

/** What the other tool did not ask for is said to be missing: the second person looks for it. */
function detailsOf(reason: VerdictReason, source: string): Readonly<Record<string, string>> {
  const { details }: VerdictType = verdictTypes[reason];
  return Object.fromEntries(details.map(({ name }) => [name, `not stated in ${source}`]));
}
