import type { Transaction } from 'kysely';
import type { EpochMs } from '../../foundation/clock.ts';
import type { Advisory } from '../advisories/index.ts';
import type { Match } from '../matching/index.ts';
import { type AdvisorySay, factsOfSay, sayOf } from './advisory-say.ts';
import { announce } from './announce.ts';
import { addAttributions, replaceAttributions } from './attributions.ts';
import { addFacts, factsOfFinding } from './fact-rows.ts';
import type { FindingState } from './model.ts';
import { isLive, nextState } from './next-state.ts';
import { pinnedPolicies, pinPolicy } from './pinned-policy.ts';
import { policyFor, type SlaPolicy } from './policy.ts';
import { clockColumns, type FindingRow, sayColumns } from './rows.ts';
import { endVerdicts } from './sign-verdict.ts';
import type { Fact, FactKind } from './sla/facts.ts';
import { replay } from './sla/replay.ts';
import type { StoreTables } from './tables.ts';
import { lapseOf, type Verdict } from './verdict.ts';

/** What the matches given are all of: the channel, some advisories in it, or some packages of it. */
export type Scope =
  | { readonly kind: 'channel' }
  | { readonly kind: 'advisories'; readonly ids: readonly string[] }
  | { readonly kind: 'packages'; readonly attrs: readonly string[] };

/** A package of the channel as it was last evaluated. */
export interface CarriedPackage {
  readonly version: string;
  /** Since when it is covered; null where that is not known or it is not. */
  readonly coveredSince: EpochMs | null;
  /** Since when the channel ships this version, where it did not from the start. */
  readonly shippedSince: EpochMs | null;
}

export interface FindingsUpdate {
  readonly channel: string;
  readonly scope: Scope;
  readonly matches: readonly Match[];
  /** At least those of the matches, and of the scope's findings where they still exist. */
  readonly advisories: ReadonlyMap<string, Advisory>;
  /** By attribute; a package that is absent did not evaluate: its findings stay as they are. */
  readonly packages: ReadonlyMap<string, CarriedPackage>;
  readonly at: EpochMs;
}

export interface UpdateCounts {
  readonly opened: number;
  readonly changed: number;
}

/** Brings the findings of a scope in line with its matches, each change with its facts and event. Again: changes nothing. */
export async function updateFindings(
  trx: Transaction<StoreTables>,
  update: FindingsUpdate,
  policies: readonly SlaPolicy[],
): Promise<UpdateCounts> {
  const known = await findingsIn(trx, update);
  const byPlace = new Map(known.map((row) => [placeOf(row.attr, row.advisory_id), row]));
  const pinned = await pinnedPolicies(trx);
  const seen = new Set<number>();
  let changed = 0;
  const fresh: Match[] = [];
  for (const match of update.matches) {
    const advisory = update.advisories.get(match.advisoryId);
    if (advisory === undefined) continue;
    const row = [advisory.id, ...advisory.aliases]
      .map((id) => byPlace.get(placeOf(match.attr, id)))
      .find((found) => found !== undefined);
    if (row !== undefined) {
      seen.add(row.id);
      if (await changeFinding(trx, { row, match, advisory, update, pinned })) changed += 1;
    } else if (match.status === 'affected' || match.status === 'under_investigation') fresh.push(match);
  }
  for (const row of known) {
    if (seen.has(row.id) || !update.packages.has(row.attr)) continue;
    const advisory = update.advisories.get(row.advisory_id) ?? null;
    if (await changeFinding(trx, { row, match: null, advisory, update, pinned })) changed += 1;
  }
  await openFindings(trx, fresh, update, policies);
  return { opened: fresh.length, changed };
}

async function openFindings(
  trx: Transaction<StoreTables>,
  matches: readonly Match[],
  update: FindingsUpdate,
  policies: readonly SlaPolicy[],
): Promise<void> {
  if (matches.length === 0) return;
  const policy = policyFor(policies, update.channel, update.at);
  await pinPolicy(trx, policy, update.at);
  const planned = matches.flatMap((match) => {
    const advisory = update.advisories.get(match.advisoryId);
    return advisory === undefined ? [] : [planOpening(match, advisory, policy, update)];
  });
  // Few at a time: an engine takes a limited number of parameters.
  for (let from = 0; from < planned.length; from += 200) {
    const batch = planned.slice(from, from + 200);
    const rows = await trx
      .insertInto('finding')
      .values(batch.map(({ row }) => row))
      .returning(['id', 'advisory_id', 'attr'])
      .execute();
    const ids = new Map(rows.map((row) => [placeOf(row.attr, row.advisory_id), row.id]));
    const added = batch.map((plan) => ({
      ...plan,
      ranges: plan.match.ranges,
      findingId: ids.get(placeOf(plan.row.attr, plan.row.advisory_id)) ?? 0,
    }));
    await addFacts(trx, added);
    await addAttributions(trx, added, update.at);
    for (const { row, findingId } of added) {
      await announce(trx, 'finding.opened', { ...row, id: findingId }, update.at, {
        version: row.version,
        band: row.band,
        state: row.state,
        remediationDueAt: row.remediation_due_at,
      });
    }
  }
}

function planOpening(match: Match, advisory: Advisory, policy: SlaPolicy, { channel, packages, at }: FindingsUpdate) {
  const say = sayOf(advisory);
  const carried = packages.get(match.attr);
  const facts: Fact[] = [...factsOfSay(say, null, at), robotFact({ kind: 'matched' }, at)];
  if (carried?.coveredSince != null)
    facts.push({ ...robotFact({ kind: 'coverage_started' }, at), at: carried.coveredSince });
  if (carried?.shippedSince != null)
    facts.push({ ...robotFact({ kind: 'line_first_shipped' }, at), at: carried.shippedSince });
  return {
    facts,
    match,
    row: {
      advisory_id: advisory.id,
      attr: match.attr,
      channel,
      version: match.version,
      state: match.status === 'affected' ? 'open' : 'under_investigation',
      ...sayColumns(say, policy),
      opened_at: at,
      fixed_at: null,
      fixed_version: null,
      released_at: null,
      explanation: match.explanation,
      patches: patchesOf(match),
      attributions: attributionsOf(match),
      policy_id: policy.id,
      policy_version: policy.version,
      ...clockColumns(replay(facts, policy)),
    },
  };
}

async function changeFinding(
  trx: Transaction<StoreTables>,
  given: {
    readonly row: FindingRow;
    readonly match: Match | null;
    readonly advisory: Advisory | null;
    readonly update: FindingsUpdate;
    readonly pinned: (row: FindingRow) => SlaPolicy;
  },
): Promise<boolean> {
  const { row, match, advisory, update } = given;
  const before = row.state as FindingState;
  const version = match?.version ?? update.packages.get(row.attr)?.version ?? row.version;
  const packageChanged = version !== row.version || (match !== null && patchesOf(match) !== row.patches);
  const withdrawn = advisory === null || advisory.state === 'withdrawn';
  const patches = match === null ? row.patches : patchesOf(match);
  const verdict = row.verdict === null ? null : (JSON.parse(row.verdict) as Verdict);
  const lapse =
    verdict === null ? null : lapseOf(verdict, { version, patches: JSON.parse(patches) as string[], at: update.at });
  const verdictHolds = verdict !== null && lapse === null;
  const state = nextState(before, { match, packageChanged, withdrawn, verdictHolds });
  const say = advisory === null || withdrawn ? null : sayOf(advisory);
  const sayChanged = say !== null && JSON.stringify(say) !== row.advisory_say;
  const looks = {
    advisory_id: advisory?.id ?? row.advisory_id,
    ...(match === null ? {} : { explanation: match.explanation, patches, attributions: attributionsOf(match) }),
    ...(isLive(state) ? { version } : {}),
    ...(lapse === null ? {} : { verdict: null }),
  };
  const looksChanged = Object.entries(looks).some(([column, value]) => row[column as keyof FindingRow] !== value);
  if (state === before && !sayChanged && !looksChanged) return false;

  const { at } = update;
  const facts = sayChanged ? [...factsOfSay(say, JSON.parse(row.advisory_say) as AdvisorySay, at)] : [];
  const turned = turnOf(before, state, lapse);
  if (turned?.fact !== undefined) facts.push(robotFact(turned.fact, at));
  if (turned?.event === 'finding.reopened') await endVerdicts(trx, row.id, at);
  if (facts.length > 0) await addFacts(trx, [{ findingId: row.id, facts }]);
  const clocks = facts.length === 0 ? {} : clockColumns(replay(await factsOfFinding(trx, row.id), given.pinned(row)));
  const stateColumns =
    state === before
      ? {}
      : state === 'fixed'
        ? { state, fixed_at: at, fixed_version: version }
        : { state, ...(isLive(state) ? { fixed_at: null, fixed_version: null, released_at: null } : {}) };
  await trx
    .updateTable('finding')
    .set({ ...looks, ...(say === null ? {} : sayColumns(say, given.pinned(row))), ...stateColumns, ...clocks })
    .where('id', '=', row.id)
    .execute();
  if (match === null || attributionsOf(match) !== row.attributions) {
    await replaceAttributions(trx, { findingId: row.id, ranges: match?.ranges ?? [] }, at);
  }
  const after = { ...row, ...looks, ...clocks };
  if (turned !== null) {
    await announce(trx, turned.event, after, at, { from: before, to: state, fromVersion: row.version, version });
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

/** What a change of state is called, and the fact that it is. */
function turnOf(
  before: FindingState,
  after: FindingState,
  lapse: string | null,
): { readonly event: string; readonly fact?: FactKind } | null {
  if (before === after) return null;
  switch (after) {
    case 'open':
    case 'under_investigation':
      if (lapse !== null) {
        return { event: 'finding.reopened', fact: { kind: 'reopened', reason: `verdict: ${lapse}` } };
      }
      if (before === 'fixed')
        return { event: 'finding.reopened', fact: { kind: 'reopened', reason: 'affected again' } };
      if (!isLive(before)) return { event: 'finding.reopened', fact: { kind: 'revived' } };
      return { event: after === 'open' ? 'finding.confirmed' : 'finding.questioned' };
    case 'fixed':
      return { event: 'finding.fixed' };
    default:
      return { event: 'finding.retracted', fact: { kind: 'retracted', reason: after } };
  }
}

async function findingsIn(
  trx: Transaction<StoreTables>,
  { channel, scope, advisories }: FindingsUpdate,
): Promise<readonly FindingRow[]> {
  const all = trx.selectFrom('finding').selectAll().where('channel', '=', channel).orderBy('id');
  if (scope.kind === 'channel') return all.execute();
  const [column, keys] =
    scope.kind === 'packages'
      ? (['attr', scope.attrs] as const)
      : ([
          'advisory_id',
          [...new Set(scope.ids.flatMap((id) => [id, ...(advisories.get(id)?.aliases ?? [])]))],
        ] as const);
  const rows: FindingRow[] = [];
  for (let from = 0; from < keys.length; from += 500) {
    rows.push(...(await all.where(column, 'in', keys.slice(from, from + 500)).execute()));
  }
  return rows;
}

function robotFact(kind: FactKind, at: EpochMs): Fact {
  return { ...kind, at, recordedAt: at, precision: 'instant', source: 'snowguard', evidence: null, actor: 'robot' };
}

function patchesOf(match: Match): string {
  return JSON.stringify([...match.patch.patches].sort());
}

function attributionsOf(match: Match): string {
  return JSON.stringify(match.ranges.map(({ source, recordId, outcome }) => `${source}/${recordId}/${outcome}`).sort());
}

function placeOf(attr: string, advisoryId: string): string {
  return `${attr}\n${advisoryId}`;
}
