import { derivationAttributes, type Evaluation } from '../../pipeline/catalog/index.ts';
import { type CarriedPackage, isLive } from '../../pipeline/findings/index.ts';
import type { RunScope } from '../../pipeline/matching/index.ts';
import {
  type ApprovedException,
  cacheOfFlake,
  commonCache,
  coverageOf,
  type PublishOutcome,
  publishRelease,
} from '../../pipeline/releases/index.ts';
import type { KeptChannel, Settled, WalkContext } from '../walk-context.ts';
import { changedSince } from './changed-since.ts';
import { compareAlgorithms } from './compare-algorithms.ts';
import { channelOf, type JobHandler } from './job.ts';
import { onlyEvaluated } from './only-evaluated.ts';
import { coverageOfEvaluation, coverageRefusal, recordCoverage } from './release-coverage.ts';
import { verifyFixes } from './verify-fixes.ts';

/**
 * The channel's packages are held against the advisories, its findings follow, and a release of the evaluated commit goes out
 * with what it fixes. One job, so that a release always speaks of the very evaluation that its findings were settled by.
 */
export const settleChannelJob: JobHandler = async ({ context, subject, signal }) => {
  const channel = channelOf(context, subject);
  const evaluation = await context.catalog.latestEvaluation(channel.id);
  if (evaluation === null) return;
  await compareAlgorithms(context, channel.id);
  const { scope, settled } = await scopeOf(context, channel, evaluation);
  await context.matcher.rematch({
    channel: channel.id,
    evaluationId: evaluation.id,
    instances: () => context.catalog.instancesOf(evaluation.id),
    scope,
    advisoryChange: settled.sequence,
  });
  await updateFindings(context, channel, evaluation, scope);
  if (context.automaticReleases || (await exceptionFor(context, channel, evaluation)) !== null)
    await publishEvaluation(context, channel, evaluation);
  await noteWhatIsCached(context, channel);
  const lookedAt = context.settled.get(channel.id)?.proofs ?? null;
  const proofs = await verifyFixes(context, channel, { lookedAt, signal });
  context.settled.set(channel.id, { ...settled, proofs });
};

/** Where the promise ends with what can be fetched, it is looked at until all of it is there. */
async function noteWhatIsCached(context: WalkContext, channel: KeptChannel): Promise<void> {
  const { findings, releases, catalog, cache, organisation, clock } = context;
  const attrs = await findings.awaitingCache(channel.id);
  if (attrs.length === 0) return;
  const release = await releases.latest(organisation, channel.flake, channel.id);
  const evaluation = release && (await catalog.evaluationOf(channel.id, release.commitId));
  if (!evaluation) return;
  const excusedFor = await onlyEvaluated(context);
  for (const attr of attrs) {
    const instances = await catalog.packageByAttr(evaluation.id, attr);
    const caches = [cacheOfFlake(organisation, channel.flake), commonCache];
    const found = await coverageOf({ store: cache.store, caches, instances });
    const systems = found.filter(({ wanted, present }) => present === wanted).map(({ system }) => system);
    const excused = excusedFor(attr);
    if (systems.length + excused.length > 0)
      await findings.noteCached({ channel: channel.id, attr, systems, excused, at: clock.now() });
  }
}

/** Beyond this many the whole is quicker. */
const mostChanges = 5_000;

/** Only the advisories that changed, where nothing else did since the last time. */
async function scopeOf(
  { advisories, matches, fixes, settled }: WalkContext,
  channel: KeptChannel,
  evaluation: Evaluation,
): Promise<{ readonly scope: RunScope; readonly settled: Omit<Settled, 'proofs'> }> {
  const before = settled.get(channel.id);
  const mappings = JSON.stringify([await matches.mappings(), [...(await matches.taken())]]);
  const algorithm = (await matches.lastRun(channel.id))?.algorithm ?? null;
  const read = (await fixes.changes()).size;
  const { ids, sequence } =
    before === undefined
      ? { ids: new Set<string>(), sequence: await advisories.lastChange() }
      : await changedSince(advisories, before.sequence);
  const isSame =
    before?.evaluationId === evaluation.id &&
    before.mappings === mappings &&
    before.algorithm === algorithm &&
    before.fixes === read;
  return {
    scope: isSame && ids.size <= mostChanges ? { kind: 'advisories', ids: [...ids] } : { kind: 'all' },
    settled: { evaluationId: evaluation.id, mappings, algorithm, fixes: read, sequence },
  };
}

async function updateFindings(
  context: WalkContext,
  channel: KeptChannel,
  evaluation: Evaluation,
  scope: RunScope,
): Promise<void> {
  const [matches, known] = await Promise.all([
    context.matches.matchesOf(channel.id),
    context.findings.ofChannel(channel.id),
  ]);
  const idsOf = (findings: typeof known) => findings.map(({ finding }) => finding.advisoryId);
  const live = known.filter(({ finding }) => isLive(finding.state));
  const ids = new Set(
    scope.kind === 'advisories'
      ? // Exploitation may be news of a finding whose advisory is not.
        [...scope.ids, ...idsOf(live)]
      : [...matches.map(({ advisoryId }) => advisoryId), ...idsOf(known)],
  );
  const own = matches.filter(({ advisoryId }) => ids.has(advisoryId));
  await context.findings.update({
    channel: channel.id,
    scope: scope.kind === 'advisories' ? { kind: 'advisories', ids: [...ids] } : { kind: 'channel' },
    matches: own,
    advisories: await context.advisories.byIds([...ids]),
    packages: await packagesOf(context, channel, evaluation, [...new Set(own.map(({ attr }) => attr))]),
    at: context.clock.now(),
    ...(channel.line.support.until === null ? {} : { supportEndsAt: channel.line.support.until }),
  });
}

/** The promise begins when a package is covered, and not before the channel had the version. */
export async function packagesOf(
  { catalog, findings }: WalkContext,
  channel: KeptChannel,
  evaluation: Evaluation,
  matched: readonly string[],
): Promise<ReadonlyMap<string, CarriedPackage>> {
  const covered = new Map((await catalog.covered()).map((entry) => [entry.attr, Date.parse(entry.since)]));
  const shipped = await catalog.carriedSince(channel.id, matched);
  const attributes = new Map<string, Readonly<Record<string, string>>>();
  for (const attr of await findings.attributesWanted(channel.id))
    attributes.set(attr, derivationAttributes(await catalog.packageByAttr(evaluation.id, attr)));
  return new Map(
    (await catalog.packagesOf(evaluation.id)).map(({ attr, version }) => [
      attr,
      {
        version,
        coveredSince: covered.get(attr) ?? null,
        shippedSince: shipped.get(attr)?.get(version) ?? null,
        ...(attributes.has(attr) ? { attributes: attributes.get(attr) ?? {} } : {}),
      },
    ]),
  );
}

/** That two people let this very commit out although too little of it can be fetched. */
function exceptionFor(
  { cache, clock }: Pick<WalkContext, 'cache' | 'clock'>,
  { id: channel }: KeptChannel,
  { commitId }: Evaluation,
): Promise<ApprovedException | null> {
  return cache.exceptions.approved({ channel, commitId, at: clock.now() });
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
  const refusal =
    context.reviewMode === 'observe'
      ? null
      : await context.reviews.releaseRefusal(channel.id, evaluation.commitId, clock.now());
  if (refusal !== null) {
    context.log.info(`not released: ${refusal}`, { channel: channel.id });
    return { kind: 'refused', reason: refusal, hint: 'See what waits for approval: snowguard review list' };
  }
  const systems = await coverageOfEvaluation(context, channel.flake, evaluation);
  const lacking = coverageRefusal(context, systems);
  const exception = lacking === null ? null : await exceptionFor(context, channel, evaluation);
  if (lacking !== null && exception === null) {
    context.log.info(`not released: ${lacking}`, { channel: channel.id });
    return {
      kind: 'refused',
      reason: lacking,
      hint: 'Upload what is missing (snowguard cache push), or have two release managers let it pass: snowguard release --despite-coverage REASON',
    };
  }
  const outcome = await publishRelease({
    git: context.git,
    blobs: context.blobs,
    store: context.releases,
    organisation,
    flake: channel.flake,
    channel: channel.id,
    minor: channel.line.minor,
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
  if (outcome.kind === 'published') await recordCoverage(context, { uuid, systems, exception, at: clock.now() });
  await findings.markReleased({ channel: channel.id, releaseUuid: uuid, version, fixes, at: clock.now() });
  return outcome;
}
