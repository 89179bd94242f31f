import type { TriagePort } from '../../http/index.ts';
import { latestEvents } from '../../journal/index.ts';
import { takeUnbounded } from '../take-unbounded.ts';
import type { ReadContext } from './context.ts';
import { explanationOf } from './explanation.ts';
import { withIds } from './published-ids.ts';
import { validationsOf } from './validations.ts';

const eventsShown = 100;

/** What people decide by, and the store that keeps what they decide. */
export function triagePort({ context, database }: Pick<ReadContext, 'context' | 'database'>): TriagePort {
  const { findings, advisories } = context;
  const findingPage: TriagePort['findingPage'] = async (id) => {
    const [finding, told] = await Promise.all([findings.triaged(id), findings.caseOf(id)]);
    if (finding === null || told === null) return null;
    const { advisoryId, attr } = finding.finding;
    const channel = context.channels.find((one) => one.id === finding.finding.channel);
    const [advisory, explanation, item, everywhere, awaited, events, validations] = await Promise.all([
      advisories.byId(advisoryId),
      explanationOf(context, advisoryId, attr),
      findings.itemOf(id),
      findings.byAdvisories([advisoryId]),
      findings.awaited({ findingId: id, limit: 20 }),
      latestEvents(database, { subject: id, limit: eventsShown }),
      channel === undefined ? [] : validationsOf(context, channel, attr),
    ]);
    return {
      finding: (await withIds(context, [finding]))[0] ?? finding,
      told,
      advisory,
      explanation,
      siblings: item.filter((one) => one.finding.id !== id),
      elsewhere: everywhere.filter((one) => one.finding.id !== id),
      awaited: awaited.map((one) => one.awaited),
      validations,
      history: events.filter(({ kind }) => kind.startsWith('finding.')),
    };
  };
  return { ...findings, findingPage, takeUnbounded: (wanted) => takeUnbounded(context, wanted) };
}
