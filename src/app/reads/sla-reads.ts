import type { CaseRead, SlaPort } from '../../http/index.ts';
import { everyClock, type FedrampClass } from '../../pipeline/findings/index.ts';
import type { WalkContext } from '../../worker/index.ts';

const week = 7 * 86_400_000;
const pagesShown = 100;

/** The promise as its pages and its commands show it. */
export function slaReads(
  { attainment, escalation, findings, clock }: WalkContext,
  { fedrampClass }: { readonly fedrampClass: FedrampClass | null },
): SlaPort {
  return {
    attainment: attainment.attainment,
    forecast: () => attainment.forecast(week),
    caseOf: async (id): Promise<CaseRead | null> => {
      const found = await findings.caseOf(id);
      if (found === null) return null;
      const { finding, facts, policy, timeline, steps } = found;
      return {
        finding: finding.finding,
        policy: `${policy.id} version ${policy.version}`,
        clocks: everyClock({ facts, timeline, policy, now: clock.now(), fedrampClass }),
        flags: [...timeline.flags].sort(),
        steps,
        facts,
      };
    },
    pages: () => escalation.pages(pagesShown),
    acknowledge: escalation.acknowledge,
  };
}
