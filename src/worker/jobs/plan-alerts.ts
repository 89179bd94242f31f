import { type AlertFacts, exposedOf, mustAct } from '../../pipeline/alerts/index.ts';
import { type Consumer, type InputStanding, type Standing, standingOf } from '../../pipeline/consumers/index.ts';
import type { ClockedFinding } from '../../pipeline/findings/index.ts';
import type { Release } from '../../pipeline/releases/index.ts';
import type { WalkContext } from '../walk-context.ts';
import type { JobHandler } from './job.ts';

const mostReleases = 5_000;

/** What happened since the last time becomes messages to those who want to hear it; what was held becomes digests. */
export const planAlertsJob: JobHandler = async ({ context }) => {
  await context.alerts.plan(() => factsOf(context));
};

async function factsOf({ releases, consumers, findings, channels, clock }: WalkContext): Promise<AlertFacts> {
  const [published, everyone, ...byChannel] = await Promise.all([
    releases.releases({ limit: mostReleases }),
    consumers.consumers(),
    ...channels.map(({ id }) => findings.ofChannel(id)),
  ]);
  const clocked = byChannel.flat();
  const standings = standingsOf(everyone, published, clocked);
  return {
    now: clock.now(),
    acts: mustAct(standings),
    exposed: exposedOf(standings),
    findings: new Map(clocked.map((row) => [row.finding.id, row])),
  };
}

/** Thousands of consumers stand on a few releases: each way to stand is looked at once. */
function standingsOf(
  consumers: readonly Consumer[],
  releases: readonly Release[],
  clocked: readonly ClockedFinding[],
): readonly Standing[] {
  const findings = clocked.map(({ finding }) => finding);
  const known = new Map<string, readonly InputStanding[]>();
  return consumers.map((consumer) => {
    const key = JSON.stringify(consumer.inputs);
    const inputs = known.get(key) ?? standingOf({ consumer, releases, findings }).inputs;
    known.set(key, inputs);
    return { consumer, inputs };
  });
}
