import type { Clock } from '../../foundation/clock.ts';
import type { Database } from '../../platform/database/index.ts';
import { type SeverityBand, severityBands } from '../advisories/index.ts';
import { type CustomerSays, customerSays } from './customers/customer-says.ts';
import { noteCustomers } from './customers/note-customers.ts';
import { type Disclosure, discloseFindings } from './disclose-findings.ts';
import { factsOfFinding } from './fact-rows.ts';
import type { FindingsUpdate, UpdateCounts } from './findings-update.ts';
import { type ChangedAbout, type ChangedAdvisory, lastChanged } from './last-changed.ts';
import { type FindingQuery, listFindings } from './list-findings.ts';
import { type AwaitedFix, fixesAwaitingRelease, markReleased, type ReleasedFixes } from './mark-released.ts';
import type { FindingState } from './model.ts';
import { awaitingCache, type CachedPackage, noteCached } from './note-cached.ts';
import { type AwaitedProof, attrsAwaitingProof, awaitingProof, noteProofs } from './note-verified.ts';
import { pinnedPolicies } from './pinned-policy.ts';
import { policyFor, type SlaPolicy } from './policy.ts';
import { type PromiseLine, promiseLines } from './promise-lines.ts';
import { type PublicFinding, publicFindings } from './public-findings.ts';
import { recordStatement, type Statement, type StatementOutcome } from './record-statement.ts';
import { type ClockedFinding, clockedOf, type FindingRow } from './rows.ts';
import {
  approveVerdict,
  proposeVerdict,
  type Signature,
  type VerdictOutcome,
  type WithdrawOutcome,
  withdrawVerdict,
} from './sign-verdict.ts';
import {
  approveCorrection,
  approvePause,
  type ClockActOutcome,
  rate,
  requestCorrection,
  requestPause,
} from './sla/acts.ts';
import type { CaseClock } from './sla/case-clock.ts';
import { type ExplainedStep, explainCase } from './sla/explain-case.ts';
import type { Fact } from './sla/facts.ts';
import { type ClosureSeen, exposuresStated, noteAdoptions } from './sla/note-adoptions.ts';
import { replay } from './sla/replay.ts';
import type { CaseTimeline } from './sla/timeline.ts';
import { unpublishedClocks } from './sla/unpublished-clocks.ts';
import type { StoreTables } from './tables.ts';
import { createTriageDesk, type TriageDesk } from './triage/desk.ts';
import { updateFindings } from './update-findings.ts';
import type { DerivationNow, Verdict } from './verdict.ts';

export interface FindingCount {
  readonly state: FindingState;
  readonly band: SeverityBand;
  readonly count: number;
}

/** Who says so, since when, and until when if no longer. */
export interface Attribution {
  readonly source: string;
  readonly recordId: string;
  readonly outcome: string;
  readonly since: number;
  readonly until: number | null;
}

/** All that a finding's clocks follow from. */
export interface FindingCase {
  readonly finding: ClockedFinding;
  readonly facts: readonly Fact[];
  readonly policy: SlaPolicy;
  readonly timeline: CaseTimeline;
  /** Why each instant is what it is. */
  readonly steps: readonly ExplainedStep[];
  readonly attributions: readonly Attribution[];
}

export interface FindingStore extends TriageDesk {
  readonly update: (update: FindingsUpdate) => Promise<UpdateCounts>;
  /** Makes ordinary findings of what was under embargo; again changes nothing. */
  readonly disclose: (given: Disclosure) => Promise<void>;
  /** What runs of a case that nobody else knows of yet. */
  readonly unpublishedClocks: (
    given: Pick<Parameters<typeof unpublishedClocks>[0], 'advisory' | 'facts'> & { readonly channel: string },
  ) => Promise<readonly CaseClock[]>;
  /** By attribute, then advisory: what a release made now would fix. */
  readonly fixesAwaitingRelease: (channel: string) => Promise<readonly AwaitedFix[]>;
  /** Stops the clocks of the fixes that a published release carries; again changes nothing. */
  readonly markReleased: (given: ReleasedFixes) => Promise<number>;
  /** Packages whose fix is released and not noted as fetchable yet, where the promise asks for that. */
  readonly awaitingCache: (channel: string) => Promise<readonly string[]>;
  readonly noteCached: (given: CachedPackage) => Promise<number>;
  /** Packages with a released fix that nobody has seen in the built output yet. */
  readonly attrsAwaitingProof: (channel: string) => Promise<readonly string[]>;
  readonly awaitingProof: (channel: string, attrs: readonly string[]) => Promise<readonly AwaitedProof[]>;
  /** Where the fix is in the built output, and where it is not; again changes nothing. */
  readonly noteProofs: (given: Parameters<typeof noteProofs>[1]) => Promise<void>;
  /** Closures of which somebody said whether they are exposed. */
  readonly closuresStated: () => Promise<readonly string[]>;
  /** Stops the clocks of closures that have the fix, and lets run on what a lock had stopped and what runs denies; again changes nothing. Gives how many. */
  readonly noteAdoptions: (seen: readonly ClosureSeen[]) => Promise<number>;
  /** Whom we told and what they answered, as far as the journal has it, becomes facts. */
  readonly noteCustomers: () => Promise<void>;
  /** What consumers are told of these findings beside what they are. */
  readonly customerSays: (findingIds: readonly string[]) => Promise<CustomerSays>;
  /** What a person states: an answer, an upstream fix, exploitation, a lower severity. */
  readonly recordStatement: (statement: Statement) => Promise<StatementOutcome>;
  readonly proposeVerdict: (given: Signature & { readonly verdict: Verdict }) => Promise<VerdictOutcome>;
  readonly approveVerdict: (given: Signature & { readonly content: string }) => Promise<VerdictOutcome>;
  readonly withdrawVerdict: (given: Signature & { readonly reason: string }) => Promise<WithdrawOutcome>;
  /** Acts on the clocks themselves; a pause and a correction need a second person. */
  readonly acts: SlaActs;
  readonly list: (
    query: FindingQuery,
  ) => Promise<{ readonly items: readonly ClockedFinding[]; readonly next: string | null }>;
  readonly byId: (id: string) => Promise<ClockedFinding | null>;
  readonly byAdvisories: (ids: readonly string[]) => Promise<readonly ClockedFinding[]>;
  readonly byPackage: (attr: string) => Promise<readonly ClockedFinding[]>;
  readonly ofChannel: (channel: string) => Promise<readonly ClockedFinding[]>;
  /** Advisories by when what is told of their findings last changed, newest first. */
  readonly lastChanged: (about: ChangedAbout, limit: number) => Promise<readonly ChangedAdvisory[]>;
  /** What the world is told of these vulnerabilities. */
  readonly publicFindings: (advisoryIds: readonly string[]) => Promise<readonly PublicFinding[]>;
  readonly counts: () => Promise<readonly FindingCount[]>;
  /** How many are open or under investigation, and the worst severity, by attribute. */
  readonly openByPackage: () => Promise<ReadonlyMap<string, OpenCount>>;
  readonly promiseLines: (channels: readonly string[]) => Promise<readonly PromiseLine[]>;
  readonly caseOf: (id: string) => Promise<FindingCase | null>;
}

type Act<Write extends (trx: never, given: never) => unknown> = (
  given: Parameters<Write>[1],
) => Promise<ClockActOutcome>;

export interface SlaActs {
  readonly requestPause: Act<typeof requestPause>;
  readonly approvePause: Act<typeof approvePause>;
  readonly requestCorrection: Act<typeof requestCorrection>;
  readonly approveCorrection: Act<typeof approveCorrection>;
  readonly rate: Act<typeof rate>;
}

export interface OpenCount {
  readonly open: number;
  readonly worst: SeverityBand;
}

export function createFindingStore(given: {
  readonly db: Database<StoreTables>;
  /** Those that new cases are opened under, read anew each time. */
  readonly policies: () => Promise<readonly SlaPolicy[]>;
  readonly clock: Clock;
  /** Without it, what a verdict holds on to of a derivation is looked at only when findings are updated. */
  readonly derivation?: DerivationNow;
}): FindingStore {
  const { db, policies, clock, derivation } = given;
  const rows = () => db.read.selectFrom('finding').selectAll();
  const clocked = (found: readonly FindingRow[]): readonly ClockedFinding[] => {
    const now = clock.now();
    return found.map((row) => clockedOf(row, now));
  };
  const byId = async (id: string): Promise<FindingRow | undefined> =>
    /^\d{1,15}$/.test(id) ? rows().where('id', '=', Number(id)).executeTakeFirst() : undefined;

  return {
    ...createTriageDesk(db, clock.now, derivation),
    update: async (update) => {
      const inForce = await policies();
      return db.write((trx) => updateFindings(trx, update, { policies: inForce, dialect: db.dialect }));
    },
    disclose: async (disclosure) => {
      const inForce = await policies();
      await db.write((trx) => discloseFindings(trx, disclosure, { policies: inForce, dialect: db.dialect }));
    },
    unpublishedClocks: async ({ channel, ...known }) => {
      const now = clock.now();
      return unpublishedClocks({ ...known, policy: policyFor(await policies(), channel, now), now });
    },
    fixesAwaitingRelease: (channel) => fixesAwaitingRelease(db.read, channel),
    markReleased: (released) => db.write((trx) => markReleased(trx, released)),
    awaitingCache: (channel) => awaitingCache(db.read, channel),
    noteCached: (cached) => db.write((trx) => noteCached(trx, cached)),
    attrsAwaitingProof: (channel) => attrsAwaitingProof(db.read, channel),
    awaitingProof: (channel, attrs) => awaitingProof(db.read, channel, attrs),
    noteProofs: (proofs) => db.write((trx) => noteProofs(trx, proofs)),
    closuresStated: async () => [...(await exposuresStated(db)).keys()],
    noteAdoptions: (seen) => noteAdoptions(db, seen, clock.now()),
    noteCustomers: () => noteCustomers(db, clock.now()),
    customerSays: (findingIds) => customerSays(db.read, findingIds, clock.now()),
    recordStatement: (statement) => db.write((trx) => recordStatement(trx, statement)),
    proposeVerdict: (proposal) => db.write((trx) => proposeVerdict(trx, proposal, derivation)),
    approveVerdict: (approval) => db.write((trx) => approveVerdict(trx, approval, derivation)),
    withdrawVerdict: (withdrawal) => db.write((trx) => withdrawVerdict(trx, withdrawal)),
    acts: {
      requestPause: (given) => db.write((trx) => requestPause(trx, given)),
      approvePause: (given) => db.write((trx) => approvePause(trx, given)),
      requestCorrection: (given) => db.write((trx) => requestCorrection(trx, given)),
      approveCorrection: (given) => db.write((trx) => approveCorrection(trx, given)),
      rate: (given) => db.write((trx) => rate(trx, given)),
    },
    list: async (query) => {
      const page = await listFindings(db.read, query);
      return { items: clocked(page.rows), next: page.next };
    },
    byId: async (id) => {
      const row = await byId(id);
      return row === undefined ? null : clockedOf(row, clock.now());
    },
    byAdvisories: async (ids) => {
      const found: FindingRow[] = [];
      for (let from = 0; from < ids.length; from += 500) {
        const some = ids.slice(from, from + 500);
        found.push(...(await rows().where('advisory_id', 'in', some).orderBy('attr').orderBy('channel').execute()));
      }
      return clocked(found);
    },
    byPackage: async (attr) =>
      clocked(await rows().where('attr', '=', attr).orderBy('breach_at').orderBy('risk_hundredths', 'desc').execute()),
    ofChannel: async (channel) =>
      clocked(await rows().where('channel', '=', channel).orderBy('attr').orderBy('advisory_id').execute()),
    lastChanged: (about, limit) => lastChanged(db.read, { about, limit, now: clock.now() }),
    publicFindings: (advisoryIds) => publicFindings(db.read, advisoryIds),
    counts: async () => {
      const found = await db.read
        .selectFrom('finding')
        .select((select) => ['state', 'band', select.fn.countAll<number>().as('count')])
        .groupBy(['state', 'band'])
        .execute();
      return found.map((row) => ({
        state: row.state as FindingState,
        band: row.band as SeverityBand,
        count: Number(row.count),
      }));
    },
    openByPackage: async () => {
      const found = await db.read
        .selectFrom('finding')
        .select((select) => ['attr', 'band', select.fn.countAll<number>().as('count')])
        .where('state', 'in', ['open', 'under_investigation'])
        .groupBy(['attr', 'band'])
        .execute();
      const open = new Map<string, OpenCount>();
      for (const { attr, band, count } of found) {
        const known = open.get(attr) ?? { open: 0, worst: 'unknown' };
        open.set(attr, { open: known.open + Number(count), worst: worstOf(known.worst, band as SeverityBand) });
      }
      return open;
    },
    promiseLines: async (channels) => promiseLines(db.read, await policies(), channels, clock.now()),
    caseOf: async (id) => {
      const row = await byId(id);
      if (row === undefined) return null;
      const pinned = await pinnedPolicies(db.read);
      const attributions = await db.read
        .selectFrom('finding_attribution')
        .select(['source', 'record_id as recordId', 'outcome', 'since', 'until'])
        .where('finding_id', '=', row.id)
        .orderBy('since')
        .orderBy('source')
        .orderBy('record_id')
        .execute();
      const facts = await factsOfFinding(db.read, row.id);
      const policy = pinned(row);
      const timeline = replay(facts, policy);
      return {
        finding: clockedOf(row, clock.now()),
        facts,
        policy,
        timeline,
        steps: explainCase(timeline),
        attributions,
      };
    },
  };
}

function worstOf(a: SeverityBand, b: SeverityBand): SeverityBand {
  return severityBands.indexOf(a) <= severityBands.indexOf(b) ? a : b;
}
