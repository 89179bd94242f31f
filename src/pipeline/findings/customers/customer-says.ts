import type { Kysely } from 'kysely';
import type { EpochMs } from '../../../foundation/clock.ts';
import { inParts } from '../../../foundation/in-parts.ts';
import { eventsOfKinds } from '../../../journal/index.ts';
import type { CaseFigures } from '../attainment/case-figures.ts';
import { bodRowsNow } from '../sla/bod-clocks.ts';
import type { BodRow } from '../sla/bod2604.ts';
import type { Fact } from '../sla/facts.ts';
import type { StoreTables } from '../tables.ts';

/** What a consumer is told of a finding beside what it is. */
export interface CustomerSays {
  /** The rows of BOD 26-04 that hold for this closure now: both while nobody said whether it is exposed. */
  readonly rowsOf: (findingId: string, closure: string) => readonly BodRow[];
  /** What is aimed for after the promised time has passed; null where nobody said. */
  readonly targetOf: (findingId: string, clock: 'response' | 'remediation') => EpochMs | null;
  /** What helps until there is a fix; null where nobody said. */
  readonly mitigationOf: (findingId: string) => string | null;
}

const mitigating = ['finding.affected', 'finding.answered'];

export async function customerSays(
  read: Kysely<StoreTables>,
  findingIds: readonly string[],
  now: EpochMs,
): Promise<CustomerSays> {
  const wanted = new Set(findingIds);
  const facts = new Map<string, Fact[]>();
  for (const part of inParts([...wanted].map(Number))) {
    const rows = await read
      .selectFrom('finding_fact')
      .select(['finding_id', 'body'])
      .where('finding_id', 'in', part)
      .orderBy('id')
      .execute();
    for (const { finding_id: id, body } of rows) {
      const own = facts.get(String(id)) ?? [];
      facts.set(String(id), own);
      own.push(JSON.parse(body) as Fact);
    }
  }
  const figures = new Map<string, CaseFigures>();
  for (const part of inParts([...wanted].map(Number)))
    for (const row of await read
      .selectFrom('finding_clock')
      .select(['finding_id', 'figures'])
      .where('finding_id', 'in', part)
      .execute())
      figures.set(String(row.finding_id), JSON.parse(row.figures) as CaseFigures);
  const mitigations = new Map<string, string>();
  const targets = new Map<string, EpochMs>();
  if (wanted.size > 0)
    for (const { subject, payload } of await eventsOfKinds<StoreTables>({ read }, mitigating)) {
      if (!wanted.has(subject)) continue;
      if (typeof payload.mitigation === 'string') mitigations.set(subject, payload.mitigation);
      if (typeof payload.targetAt === 'number') targets.set(subject, payload.targetAt);
    }
  return {
    rowsOf: (findingId, closure) => bodRowsNow(facts.get(findingId) ?? [], closure),
    targetOf: (findingId, clock) => {
      const { revisedTargetAt = null, recoveryAt = null } = figures.get(findingId)?.[clock] ?? {};
      const stated = clock === 'remediation' ? (targets.get(findingId) ?? null) : null;
      const found = [stated, revisedTargetAt, recoveryAt].find((at) => at !== null && at > now);
      return found ?? null;
    },
    mitigationOf: (findingId) => mitigations.get(findingId) ?? null,
  };
}
