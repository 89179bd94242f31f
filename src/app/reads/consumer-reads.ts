import type { ConsumerBoard } from '../../http/index.ts';
import { mustAct } from '../../pipeline/alerts/index.ts';
import type { Consumer, ConsumerInput } from '../../pipeline/consumers/index.ts';
import { consumerStandings, lockStandings, type WalkContext } from '../../worker/index.ts';

const mostReleases = 5_000;

export async function boardOf(
  context: WalkContext,
  consumers: readonly Consumer[],
  { byClosures }: { readonly byClosures: boolean },
): Promise<ConsumerBoard> {
  if (consumers.length === 0) return { standings: [], mustAct: [] };
  const [releases, ...byChannel] = await Promise.all([
    context.releases.releases({ limit: mostReleases }),
    ...context.channels.map(({ id }) => context.findings.ofChannel(id)),
  ]);
  const findings = byChannel.flat().map(({ finding }) => finding);
  const known = { consumers, releases, findings };
  if (!byClosures) {
    const standings = lockStandings(known);
    return { standings, mustAct: mustAct(standings) };
  }
  const [standings, replies] = await Promise.all([consumerStandings(context, known), context.alerts.replies()]);
  return { standings, mustAct: mustAct(standings), replies };
}

/** Where the inputs of a lock stand that nobody registered. */
export async function boardOfInputs(context: WalkContext, inputs: readonly ConsumerInput[]): Promise<ConsumerBoard> {
  const posted = { id: 'posted', name: 'this lock', inputs, seenAt: context.clock.now() };
  return boardOf(context, [posted], { byClosures: false });
}
