import type { Transaction } from 'kysely';
import type { Database } from '../../platform/database/index.ts';
import type { Advisory } from '../advisories/index.ts';
import type { Match } from '../matching/index.ts';
import { announce } from './announce.ts';
import { addFacts, factsOfFinding } from './fact-rows.ts';
import { type OpenedBy, openFindings } from './open-findings.ts';
import type { SlaPolicy } from './policy.ts';
import { followFacts } from './record-statement.ts';
import type { FindingRow } from './rows.ts';
import { type Fact, type FactOf, factsOf } from './sla/facts.ts';
import type { StoreTables } from './tables.ts';
import { claim } from './triage/claims.ts';

/** A package that was known to be affected while nobody else could know. */
interface DisclosedCase {
  /** As it was last seen affected; what became of it since, the next look at the channel finds out. */
  readonly match: Match;
  /** What was noted meanwhile, each fact as of when it was. */
  readonly facts: readonly Fact[];
  readonly claimedBy: string | null;
}

export interface Disclosure extends OpenedBy {
  /** As it is public now. */
  readonly advisory: Advisory;
  readonly embargoed: FactOf<'embargoed'>;
  readonly cases: readonly DisclosedCase[];
}

/** What was under embargo becomes findings like any other, with what happened meanwhile. Again: changes nothing. */
export async function discloseFindings(
  trx: Transaction<StoreTables>,
  { advisory, embargoed, cases, ...update }: Disclosure,
  given: { readonly policies: readonly SlaPolicy[]; readonly dialect: Database<never>['dialect'] },
): Promise<void> {
  for (const { match, facts, claimedBy } of cases) {
    const { attr } = match;
    const place = { ids: [advisory.id, ...advisory.aliases], attr, channel: update.channel };
    const known = await findingAt(trx, place);
    if (known === undefined) {
      const history = [...facts, embargoed];
      const fresh = { match: { ...match, advisoryId: advisory.id }, advisory, history };
      await openFindings(trx, [fresh], { update, ...given });
    } else {
      const before = await factsOfFinding(trx, known.id);
      if (factsOf(before, 'embargoed').some(({ embargo }) => embargo === embargoed.embargo)) continue;
      // The publication opened it: what was recorded with that was there when the embargo ended.
      const recordedAt = Math.max(embargoed.recordedAt, ...before.map((fact) => fact.recordedAt));
      await addFacts(trx, [{ findingId: known.id, facts: [...facts, { ...embargoed, recordedAt }] }]);
      await followFacts(trx, known);
    }
    const row = await findingAt(trx, place);
    if (row === undefined) continue;
    const { embargo, at: from, until, how, circle } = embargoed;
    await announce(trx, 'finding.disclosed', row, update.at, { embargo, from, until, how, circle });
    if (claimedBy !== null) await claim(trx, row, { name: claimedBy, roles: [] }, update.at);
  }
}

function findingAt(
  trx: Transaction<StoreTables>,
  { ids, attr, channel }: { readonly ids: readonly string[]; readonly attr: string; readonly channel: string },
): Promise<FindingRow | undefined> {
  return trx
    .selectFrom('finding')
    .selectAll()
    .where('channel', '=', channel)
    .where('attr', '=', attr)
    .where('advisory_id', 'in', ids)
    .orderBy('id')
    .executeTakeFirst();
}
