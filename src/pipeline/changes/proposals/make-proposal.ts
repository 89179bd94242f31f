import { backport } from './backport.ts';
import { bump } from './bump.ts';
import {
  type ProposalContext,
  type ProposalOutcome,
  type ProposalWay,
  proposalWays,
  type WayOutcome,
} from './model.ts';
import { vendorPatch } from './vendor-patch.ts';

const makers: Readonly<Record<ProposalWay, (context: ProposalContext) => Promise<WayOutcome>>> = {
  backport,
  bump,
  patch: (context) => vendorPatch(context, 'upstream'),
  distribution: (context) => vendorPatch(context, 'distribution'),
};

/** A commit on a ref of its own by the first way that applies. The same finding on the same head gives the same commit. */
export async function makeProposal(context: ProposalContext, how: ProposalWay | null): Promise<ProposalOutcome> {
  const refused: { readonly way: ProposalWay; readonly why: string }[] = [];
  for (const way of how === null ? proposalWays : [how]) {
    const outcome = await makers[way](context);
    if (outcome.kind === 'not') {
      refused.push({ way, why: outcome.why });
      continue;
    }
    const ref = `refs/proposals/robot/${outcome.commitId}`;
    if ((await context.git.resolve(ref)) === null) await context.git.updateRef(ref, outcome.commitId, null);
    return { kind: 'made', way, commitId: outcome.commitId, ref, refused };
  }
  return { kind: 'none', refused };
}
