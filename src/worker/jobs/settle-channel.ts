import type { Evaluation } from '../../pipeline/catalog/index.ts';
import type { CarriedPackage } from '../../pipeline/findings/index.ts';
import { type PublishOutcome, publishRelease } from '../../pipeline/releases/index.ts';
import type { KeptChannel, WalkContext } from '../walk-context.ts';
import { channelOf, type JobHandler } from './job.ts';

/**
 * The channel's packages are held against the advisories, its findings follow, and a release of the evaluated commit goes out
 * with what it fixes. One job, so that a release always speaks of the very evaluation that its findings were settled by.
 */
export const settleChannelJob: JobHandler = async ({ context, subject }) => {
  const channel = channelOf(context, subject);
  const evaluation = await context.catalog.latestEvaluation(channel.id);
  if (evaluation === null) return;
  await context.matcher.rematch({
    channel: channel.id,
    evaluationId: evaluation.id,
    instances: () => context.catalog.instancesOf(evaluation.id),
    scope: { kind: 'all' },
  });
  await updateFindings(context, channel, evaluation);
  if (context.automaticReleases) await publishEvaluation(context, channel, evaluation);
};

async function updateFindings(context: WalkContext, channel: KeptChannel, evaluation: Evaluation): Promise<void> {
  const matches = await context.matches.matchesOf(channel.id);
  const known = await context.findings.ofChannel(channel.id);
  const ids = new Set([
    ...matches.map(({ advisoryId }) => advisoryId),
    ...known.map(({ finding }) => finding.advisoryId),
  ]);
  const matched = new Set(matches.map(({ attr }) => attr));
  await context.findings.update({
    channel: channel.id,
    scope: { kind: 'channel' },
    matches,
    advisories: await context.advisories.byIds([...ids]),
    packages: await packagesOf(context, channel, evaluation, [...matched]),
    at: context.clock.now(),
  });
}

/** The promise begins when a package is covered, and not before the channel had the version. */
async function packagesOf(
  { catalog }: WalkContext,
  channel: KeptChannel,
  evaluation: Evaluation,
  matched: readonly string[],
): Promise<ReadonlyMap<string, CarriedPackage>> {
  const covered = new Map((await catalog.covered()).map((entry) => [entry.attr, Date.parse(entry.since)]));
  const shipped = await catalog.carriedSince(channel.id, matched);
  return new Map(
    (await catalog.packagesOf(evaluation.id)).map(({ attr, version }) => [
      attr,
      {
        version,
        coveredSince: covered.get(attr) ?? null,
        shippedSince: shipped.get(attr)?.get(version) ?? null,
      },
    ]),
  );
}

/** Publishes the commit of an evaluation and marks its fixes as out; null when the commit lies in no repository. */
export async function publishEvaluation(
  context: WalkContext,
  channel: KeptChannel,
  evaluation: Evaluation,
  actor = 'robot',
): Promise<PublishOutcome | null> {
  const { findings, organisation, clock } = context;
  if ((await context.git.resolve(evaluation.commitId)) === null) return null;
  const outcome = await publishRelease({
    git: context.git,
    blobs: context.blobs,
    store: context.releases,
    organisation,
    flake: channel.flake,
    channel: channel.id,
    commitId: evaluation.commitId,
    fixes: await findings.fixesAwaitingRelease(channel.id),
    clock,
    random: context.random,
    actor,
    progress: context.progress,
  });
  if (outcome.kind === 'refused') {
    context.log.warn(outcome.reason, { channel: channel.id, hint: outcome.hint });
    return outcome;
  }
  const { uuid, version, fixes } = outcome.release;
  await findings.markReleased({ channel: channel.id, releaseUuid: uuid, version, fixes, at: clock.now() });
  return outcome;
}
