import type { Transaction } from 'kysely';
import type { EpochMs } from '../../../foundation/clock.ts';
import { advanceCursor, cursorOf, eventsAfter, type JournalEvent } from '../../../journal/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import { announce } from '../announce.ts';
import { addFacts, factsOfFinding } from '../fact-rows.ts';
import { findingRow, followFacts } from '../record-statement.ts';
import { type CustomerAnswer, type Fact, type FactKind, type FactOf, factsOf } from '../sla/facts.ts';
import type { StoreTables } from '../tables.ts';

const reader = 'findings.customers';
const eventsTogether = 500;

/** SLA-02: whom we told of which finding, and what they answered, become facts. Again changes nothing. */
export async function noteCustomers(db: Database<StoreTables>, now: EpochMs): Promise<void> {
  for (;;) {
    const isMore = await db.write(async (trx) => {
      const after = await cursorOf<StoreTables>({ read: trx }, reader);
      const events = await eventsAfter<StoreTables>({ read: trx }, after, eventsTogether);
      const last = events.at(-1);
      if (last === undefined) return false;
      const told = events.flatMap(toldBy);
      for (const [findingId, own] of Map.groupBy(told, (one) => one.findingId))
        await noteOfFinding(trx, { findingId, told: own, now });
      await advanceCursor(trx, reader, last.sequence);
      return events.length === eventsTogether;
    });
    if (!isMore) return;
  }
}

/** What one event says of one finding. */
interface Told {
  readonly findingId: string;
  readonly fact: FactOf<'customer_notified' | 'customer_acknowledged'>;
}

function toldBy(event: JournalEvent): readonly Told[] {
  if (event.kind !== 'alerts.delivered' && event.kind !== 'alerts.replied') return [];
  const { at, subject, actor, payload } = event;
  const common = { at, recordedAt: at, precision: 'instant' } as const;
  if (event.kind === 'alerts.delivered') {
    const evidence = `delivery ${subject} to ${String(payload.subscriber)} over ${String(payload.target)}`;
    const concerns = payload.concerns as readonly { readonly consumer: string; readonly findingId: string }[];
    return concerns.map(({ consumer: customer, findingId }) => ({
      findingId,
      fact: { ...common, kind: 'customer_notified', customer, source: 'delivery', evidence, actor: 'robot' },
    }));
  }
  const { consumer, answer, reason, findings } = payload as unknown as {
    readonly consumer: string;
    readonly answer: CustomerAnswer;
    readonly reason: string | null;
    readonly findings: readonly string[];
  };
  const said = { customer: consumer, answer, reason, source: 'customer', evidence: `reply to delivery ${subject}` };
  return findings.map((findingId) => ({
    findingId,
    fact: { ...common, kind: 'customer_acknowledged', ...said, actor },
  }));
}

async function noteOfFinding(
  trx: Transaction<StoreTables>,
  { findingId, told, now }: { readonly findingId: string; readonly told: readonly Told[]; readonly now: EpochMs },
): Promise<void> {
  const row = await findingRow(trx, findingId);
  if (row === null) return;
  const known = await factsOfFinding(trx, row.id);
  const since = factsOf(known, 'reopened').at(-1)?.at ?? Number.NEGATIVE_INFINITY;
  const notified = new Set(
    factsOf(known, 'customer_notified').flatMap((one) => (one.at > since ? [one.customer] : [])),
  );
  const facts: Fact[] = [];
  const fresh: string[] = [];
  for (const { fact } of told) {
    if (fact.kind === 'customer_notified') {
      // The first message is the one that counts.
      if (notified.has(fact.customer)) continue;
      notified.add(fact.customer);
      fresh.push(fact.customer);
      facts.push({ ...fact, recordedAt: now });
    } else {
      const recorded = { ...fact, recordedAt: now };
      facts.push(recorded, ...exposureSaid(recorded));
      const { customer, answer, reason, evidence } = fact;
      const said = { customer, answer, reason, evidence };
      await announce(trx, 'finding.customer-acknowledged', row, fact.at, said, fact.actor);
      const stated = { closure: customer, exposed: false, evidence };
      if (answer === 'not-exposed') await announce(trx, 'finding.exposure', row, fact.at, stated, fact.actor);
    }
  }
  if (facts.length === 0) return;
  await addFacts(trx, [{ findingId: row.id, facts }]);
  await followFacts(trx, row);
  if (fresh.length > 0) await announce(trx, 'finding.customers-notified', row, now, { customers: fresh });
}

/** Only its owner knows whether a closure is exposed. */
function exposureSaid(fact: FactOf<'customer_acknowledged'>): readonly Fact[] {
  const { answer, customer, kind: _, reason: __, ...stamp } = fact;
  const exposure: FactKind = { kind: 'exposure', closure: customer, exposed: false };
  return answer === 'not-exposed' ? [{ ...stamp, ...exposure }] : [];
}
