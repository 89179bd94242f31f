import { type AlertFacts, exposedOf, mustAct, notHeldOf } from '../../pipeline/alerts/index.ts';
import type { ClockedFinding } from '../../pipeline/findings/index.ts';
import { consumerStandings } from '../consumer-standings.ts';
import { rebuildCosts } from '../rebuild-costs.ts';
import type { WalkContext } from '../walk-context.ts';
import type { JobHandler } from './job.ts';

export const mostReleases = 5_000;

/** What happened since the last time becomes messages to those who want to hear it; what was held becomes digests. */
export const planAlertsJob: JobHandler = async ({ context }) => {
  await context.alerts.plan(() => factsOf(context));
};

async function factsOf(context: WalkContext): Promise<AlertFacts> {
  const { releases, consumers, findings, channels, clock, people, publications } = context;
  // So that what is told now already has its id.
  await publications.number();
  const [published, everyone, ...byChannel] = await Promise.all([
    releases.releases({ limit: mostReleases }),
    consumers.consumers(),
    ...channels.map(({ id }) => findings.ofChannel(id)),
  ]);
  const clocked = byChannel.flat();
  const standings = await consumerStandings(context, {
    consumers: everyone,
    releases: published,
    findings: clocked.map(({ finding }) => finding),
  });
  const [acts, exposed] = [mustAct(standings), exposedOf(standings)];
  const idOfFix = findingIdsOf(clocked);
  const told = [
    ...acts.flatMap((act) => act.fixes.flatMap((fix) => idOfFix(act.channel, fix))),
    ...exposed.flatMap(({ exposures }) => exposures.map(({ findingId }) => findingId)),
  ];
  return {
    now: clock.now(),
    acts,
    exposed,
    says: await findings.customerSays(told),
    costs: await rebuildCosts(context, standings, published),
    notHeld: notHeldOf(standings),
    findings: new Map(clocked.map((row) => [row.finding.id, row])),
    idOf: await publications.idsOf(clocked.map(({ finding }) => finding)),
    people: await people(),
  };
}

function findingIdsOf(clocked: readonly ClockedFinding[]) {
  const keyOf = (channel: string, { advisoryId, attr }: { readonly advisoryId: string; readonly attr: string }) =>
    JSON.stringify([channel, advisoryId, attr]);
  const ids = new Map(clocked.map(({ finding }) => [keyOf(finding.channel, finding), finding.id]));
  return (channel: string, fix: Parameters<typeof keyOf>[1]): readonly string[] => {
    const id = ids.get(keyOf(channel, fix));
    return id === undefined ? [] : [id];
  };
}
