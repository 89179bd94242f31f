import type { ConsumerBoard } from '../../http/index.ts';
import { mustAct } from '../../pipeline/alerts/index.ts';
import type { Consumer, ConsumerInput } from '../../pipeline/consumers/index.ts';
import { consumerStandings, type WalkContext } from '../../worker/index.ts';

const mostReleases = 5_000;

export async function boardOf(context: WalkContext, consumers: readonly Consumer[]): Promise<ConsumerBoard> {
  if (consumers.length === 0) return { standings: [], mustAct: [] };
  const [releases, ...byChannel] = await Promise.all([
    context.releases.releases({ limit: mostReleases }),
    ...context.channels.map(({ id }) => context.findings.ofChannel(id)),
  ]);
  const findings = byChannel.flat().map(({ finding }) => finding);
  const standings = await consumerStandings(context, { consumers, releases, findings });
  return { standings, mustAct: mustAct(standings) };
}

/** Where the inputs of a lock stand that nobody registered. */
export async function boardOfInputs(context: WalkContext, inputs: readonly ConsumerInput[]): Promise<ConsumerBoard> {
  return boardOf(context, [{ id: 'posted', name: 'this lock', inputs, seenAt: context.clock.now() }]);
}
