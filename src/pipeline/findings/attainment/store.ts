import type { Clock } from '../../../foundation/clock.ts';
import type { Database } from '../../../platform/database/index.ts';
import type { SlaPolicy } from '../policy.ts';
import type { Fact } from '../sla/facts.ts';
import type { StoreTables } from '../tables.ts';
import { type Attainment, attainmentOf } from './attainment.ts';
import type { CaseFigures, CaseName, PublishedCase } from './case-figures.ts';
import { type Forecast, forecastOf } from './forecast.ts';
import { adoptionSources } from './journal-sources.ts';
import { type ForecastScore, forecastScores, stagedCases } from './keep-forecasts.ts';
import { refreshFigures } from './refresh-figures.ts';
import type { ExportedCase, ExportSources } from './write-export.ts';

/** What is due soon, and how true such forecasts were. */
export interface Outlook {
  readonly items: readonly Forecast[];
  /** By month, the latest first. */
  readonly scores: readonly ForecastScore[];
}

export interface AttainmentStore {
  /** Makes the figures of the cases whose facts changed; gives how many. */
  readonly refresh: () => Promise<number>;
  readonly attainment: () => Promise<Attainment>;
  /** Remediations due within `aheadMs`. */
  readonly forecast: (aheadMs: number) => Promise<Outlook>;
  /** Of flaws that were public for longer than the policy allows before they were matched. */
  readonly lateMatches: () => Promise<readonly PublishedCase[]>;
  /** All that the published figures follow from. */
  readonly exportSources: () => Promise<ExportSources>;
}

const casesTogether = 500;

export function createAttainmentStore(given: {
  readonly db: Database<StoreTables>;
  readonly clock: Clock;
}): AttainmentStore {
  const { db, clock } = given;
  const refresh = () => refreshFigures(db);
  const cases = async (): Promise<readonly PublishedCase[]> => {
    await refresh();
    const rows = await db.read
      .selectFrom('finding_clock')
      .innerJoin('finding', 'finding.id', 'finding_clock.finding_id')
      .select(['finding.id', 'advisory_id', 'attr', 'channel', 'figures'])
      .orderBy('finding.id')
      .execute();
    return rows.map((row) => ({ name: nameOf(row), figures: JSON.parse(row.figures) as CaseFigures }));
  };

  return {
    refresh,
    attainment: async () => {
      const [published, sources] = await Promise.all([cases(), adoptionSources(db)]);
      return attainmentOf({ cases: published, ...sources, asOf: clock.now() });
    },
    forecast: async (aheadMs) => {
      const now = clock.now();
      const all = forecastOf(await stagedCases(db.read), now);
      const items = all.filter(({ dueAt }) => dueAt > now && dueAt <= now + aheadMs);
      return { items, scores: await forecastScores(db.read) };
    },
    lateMatches: async () => (await cases()).filter(({ figures }) => figures.flags.includes('late_detection')),
    exportSources: async () => {
      await refresh();
      const last = await db.read
        .selectFrom('finding_clock')
        .select(({ fn }) => fn.max('finding_id').as('id'))
        .executeTakeFirst();
      const policies = await db.read
        .selectFrom('finding_policy')
        .selectAll()
        .orderBy('id')
        .orderBy('version')
        .execute();
      return {
        asOf: clock.now(),
        policies: policies.map(({ id, version, body }) => ({ id, version, policy: JSON.parse(body) as SlaPolicy })),
        ...(await adoptionSources(db)),
        cases: exportedCases(db, Number(last?.id ?? 0)),
      };
    },
  };
}

/** Up to this finding: those opened since may be under a policy that was not read. While it goes on, facts are added. */
async function* exportedCases(db: Database<StoreTables>, upTo: number): AsyncGenerator<ExportedCase> {
  for (let after = 0; ; ) {
    const some = await db.read
      .selectFrom('finding_clock')
      .innerJoin('finding', 'finding.id', 'finding_clock.finding_id')
      .select(['finding.id', 'advisory_id', 'attr', 'channel', 'figures', 'packed_upto'])
      .where('finding.id', '>', after)
      .where('finding.id', '<=', upTo)
      .orderBy('finding.id')
      .limit(casesTogether)
      .execute();
    const last = some.at(-1);
    if (last === undefined) return;
    after = last.id;
    const rows = await db.read
      .selectFrom('finding_fact')
      .select(['id', 'finding_id', 'body'])
      .where(
        'finding_id',
        'in',
        some.map(({ id }) => id),
      )
      .orderBy('id')
      .execute();
    const facts = Map.groupBy(rows, (row) => row.finding_id);
    for (const row of some) {
      // Those that its figures were made from, and no later ones.
      const own = (facts.get(row.id) ?? []).filter(({ id }) => id <= (row.packed_upto ?? Number.POSITIVE_INFINITY));
      const figures = JSON.parse(row.figures) as CaseFigures;
      yield { name: nameOf(row), figures, facts: own.map(({ body }) => JSON.parse(body) as Fact) };
    }
  }
}

function nameOf(row: {
  readonly id: number;
  readonly advisory_id: string;
  readonly attr: string;
  readonly channel: string;
}): CaseName {
  return { id: String(row.id), advisoryId: row.advisory_id, attr: row.attr, channel: row.channel };
}
