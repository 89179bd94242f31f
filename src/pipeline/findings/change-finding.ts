import type { Transaction } from 'kysely';
import type { Advisory } from '../advisories/index.ts';
import type { Match } from '../matching/index.ts';
import { type AdvisorySay, factsOfSay, sayOf } from './advisory-say.ts';
import { announce } from './announce.ts';
import { replaceAttributions } from './attributions.ts';
import { addFacts, factsOfFinding } from './fact-rows.ts';
import type { FindingsUpdate } from './findings-update.ts';
import { changedColumn } from './last-changed.ts';
import { isDetermined, type Stage, transitionOf } from './lifecycle.ts';
import { attributionsOf, patchesOf, robotFact } from './match-traits.ts';
import type { FindingState } from './model.ts';
import { isLive, nextState } from './next-state.ts';
import type { SlaPolicy } from './policy.ts';
import { clockColumns, type FindingRow, sayColumns } from './rows.ts';
import { endVerdicts, reopeningFacts } from './sign-verdict.ts';
import type { Fact, FactKind } from './sla/facts.ts';
import { replay } from './sla/replay.ts';
import type { StoreTables } from './tables.ts';
import { stageColumns } from './triage/move-stage.ts';
import { followRejection } from './triage/rejection.ts';
import { isSevere } from './triage/severe.ts';
import { lapseOf, type Verdict } from './verdict.ts';

/** A finding, and what is to be seen of it now. */
export interface FindingSeen {
  readonly row: FindingRow;
  /** Null: the matcher no longer lists it. */
  readonly match: Match | null;
  /** Null: no source has it any more. */
  readonly advisory: Advisory | null;
  readonly update: FindingsUpdate;
  readonly pinned: (row: FindingRow) => SlaPolicy;
}

/** Brings one finding in line; false when there was nothing to change. */
export async function changeFinding(trx: Transaction<StoreTables>, given: FindingSeen): Promise<boolean> {
  const { row, match, advisory, update } = given;
  const before = row.state as FindingState;
  const version = match?.version ?? update.packages.get(row.attr)?.version ?? row.version;
  const patches = match === null ? row.patches : patchesOf(match);
  const packageChanged = version !== row.version || patches !== row.patches;
  const withdrawn = advisory === null || advisory.state === 'withdrawn';
  const { at } = update;
  const say = advisory === null || withdrawn ? null : sayOf(advisory);
  const sayChanged = say !== null && JSON.stringify(say) !== row.advisory_say;
  const facts = sayChanged ? [...factsOfSay(say, JSON.parse(row.advisory_say) as AdvisorySay, at)] : [];
  const verdict = row.verdict === null ? null : (JSON.parse(row.verdict) as Verdict);
  const { attributes } = update.packages.get(row.attr) ?? {};
  const lapse =
    verdict === null
      ? null
      : (lapseOf(verdict, { version, patches: JSON.parse(patches) as string[], attributes, at }) ??
        (await severityLapse(trx, given, say, facts)));
  const verdictHolds = verdict !== null && lapse === null;
  const determined = isDetermined(row.stage as Stage);
  const doubted = isLive(before) && row.fixed_version !== null;
  const state = nextState(before, { match, packageChanged, withdrawn, verdictHolds, determined, doubted });
  const looks = {
    // Without a match, another finding may stand for the advisory under its new name.
    advisory_id: match === null ? row.advisory_id : (advisory?.id ?? row.advisory_id),
    explanation: match?.explanation ?? row.explanation,
    patches,
    attributions: attributionsOf(match),
    ...(isLive(state) ? { version } : {}),
    ...(lapse === null ? {} : { verdict: null, verdict_by: null }),
  };
  const looksChanged = Object.entries(looks).some(([column, value]) => row[column as keyof FindingRow] !== value);
  const rejectionMoved = await followRejection(trx, row, { withdrawn, advisory, state, at });
  if (state === before && !sayChanged && !looksChanged) return rejectionMoved;

  const turned = turnOf(row, state, lapse);
  facts.push(...(turned?.facts ?? []).map((fact) => robotFact(fact, at)));
  if (turned?.event === 'finding.reopened') await endVerdicts(trx, row.id, at);
  if (facts.length > 0) await addFacts(trx, [{ findingId: row.id, facts }]);
  const clocks = facts.length === 0 ? {} : clockColumns(replay(await factsOfFinding(trx, row.id), given.pinned(row)));
  const stateColumns =
    state === before
      ? {}
      : state === 'fixed'
        ? {
            state,
            fixed_at: at,
            fixed_version: version,
            fix_kind: version === row.version ? 'patch' : (row.fix_kind ?? 'update'),
          }
        : { state, ...(isLive(state) ? { fixed_at: null, fixed_version: null, released_at: null } : {}) };
  const way = turned === null ? null : transitionOf(turned.event, row.stage as Stage);
  const columns = {
    ...looks,
    ...(way === null ? {} : stageColumns(way.to)),
    ...(say === null ? {} : sayColumns(say, given.pinned(row))),
    ...stateColumns,
    ...clocks,
  };
  await trx
    .updateTable('finding')
    .set({ ...columns, ...changedColumn(row, columns, at) })
    .where('id', '=', row.id)
    .execute();
  if (looks.attributions !== row.attributions) {
    await replaceAttributions(trx, { findingId: row.id, ranges: match?.ranges ?? [] }, at);
  }
  const after = { ...row, ...looks, ...clocks };
  if (after.advisory_id !== row.advisory_id)
    await announce(trx, 'finding.renamed', after, at, { from: row.advisory_id });
  if (turned !== null) {
    const moved = way === null ? {} : { fromStage: row.stage, toStage: way.to };
    const payload = { from: before, to: state, ...moved, fromVersion: row.version, version };
    await announce(trx, turned.event, after, at, payload);
  }
  if (say !== null && say.knownExploitedSince !== null && row.known_exploited === 0) {
    await announce(trx, 'finding.exploited', after, at, { since: say.knownExploitedSince });
  }
  const { epss_at_least: likely } = given.pinned(row).alerts;
  const epss = say?.epss ?? null;
  if (likely !== undefined && epss !== null && epss >= likely && (row.epss_millionths ?? 0) < likely * 1_000_000) {
    await announce(trx, 'finding.likely-exploited', after, at, { epss, says: likelyWords(epss) });
  }
  if (after.band !== row.band) {
    await announce(trx, 'finding.rerated', after, at, {
      from: row.band,
      to: after.band,
      remediationDueAt: after.remediation_due_at,
    });
  }
  return true;
}

function likelyWords(epss: number): string {
  return `The chance of an attack within 30 days is now ${Math.round(epss * 100)} % (EPSS): look whether it can go first.`;
}

/** A dismissal by one person does not outlive the severity that allowed it. */
async function severityLapse(
  trx: Transaction<StoreTables>,
  { row, pinned }: FindingSeen,
  say: AdvisorySay | null,
  news: readonly Fact[],
): Promise<'severity_rose' | null> {
  const alone = row.verdict_by !== null && (JSON.parse(row.verdict_by) as string[]).length === 1;
  if (!alone || say === null || news.length === 0) return null;
  const { band } = clockColumns(replay([...(await factsOfFinding(trx, row.id)), ...news], pinned(row)));
  return isSevere({ band, known_exploited: say.knownExploitedSince === null ? 0 : 1 }) ? 'severity_rose' : null;
}

/** What a change of state is called, and the facts that it is. */
function turnOf(
  row: FindingRow,
  after: FindingState,
  lapse: string | null,
): { readonly event: string; readonly facts: readonly FactKind[] } | null {
  const before = row.state as FindingState;
  if (before === after) return null;
  switch (after) {
    case 'open':
    case 'under_investigation':
      if (lapse !== null) return { event: 'finding.reopened', facts: reopeningFacts(row, `verdict: ${lapse}`) };
      if (before === 'fixed')
        return { event: 'finding.reopened', facts: [{ kind: 'reopened', reason: 'affected again' }] };
      if (!isLive(before)) return { event: 'finding.reopened', facts: [{ kind: 'revived' }] };
      return { event: after === 'open' ? 'finding.confirmed' : 'finding.questioned', facts: [] };
    case 'fixed':
      return { event: 'finding.fixed', facts: [] };
    case 'not_affected':
      return { event: 'finding.cleared', facts: [{ kind: 'retracted', reason: after }] };
    default:
      return { event: 'finding.retracted', facts: [{ kind: 'retracted', reason: after }] };
  }
}
