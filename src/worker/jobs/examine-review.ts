import { compareNixVersions } from '../../formats/nix/compare-versions.ts';
import { AppError, messageOf } from '../../foundation/errors.ts';
import { describeBuilds, type Evaluation, type Instance } from '../../pipeline/catalog/index.ts';
import {
  type CollectedFacts,
  changedThemselves,
  type DetailsByPair,
  type Examination,
  effectsBetween,
  examineStep,
  type Gate,
  gatesOf,
  idsOfPatches,
  pairOf,
  type Review,
  readTrailers,
} from '../../pipeline/changes/index.ts';
import { assertPublishable } from '../../pipeline/releases/index.ts';
import type { WalkContext } from '../walk-context.ts';
import { buildChanged, compareOutputs, testChanged } from './build-changed.ts';
import { collectCommits, collectPackageFacts } from './collect-facts.ts';
import { evaluateCommit } from './evaluate-channel.ts';
import { channelOf, type JobHandler } from './job.ts';
import { sourceOf, standingBase, whyUnproven } from './standing-base.ts';

const mostCommits = 5_000;
const mostStuck = 50;
const mostFiles = 400;
const largestFile = 512 * 1024;

/** A step under review is evaluated beside what the channel carries, and every detector looks at the difference. */
export const examineReviewJob: JobHandler = async ({ context, subject, signal }) => {
  const review = await context.reviews.byId(subject);
  if (review === null || review.examination !== null || review.state === 'superseded') return;
  try {
    await examine({ context, review, signal });
  } catch (error) {
    // A review that only says "examining" would wait for ever without anybody knowing why.
    signal.throwIfAborted();
    const hint = error instanceof AppError ? (error.hint ?? null) : null;
    const says = messageOf(error).slice(0, 1000);
    await context.reviews.recordTrouble(review.id, { says, hint, at: context.clock.now() });
    throw error;
  }
};

/** Those that could not be examined before are tried again: an inventory may be there by now, or a Nix. */
export async function examineStuck(context: WalkContext, channel: string, signal: AbortSignal): Promise<void> {
  const stuck = await context.reviews.list({ channel, state: 'examining', before: null, limit: mostStuck });
  for (const { id, trouble } of stuck) {
    if (trouble === null) continue;
    await examineReviewJob({ context, subject: id, signal }).catch((error: unknown) => {
      signal.throwIfAborted();
      context.log.warn('a review still cannot be examined', { review: id, reason: messageOf(error) });
    });
  }
}

async function examine(given: {
  readonly context: WalkContext;
  readonly review: Review;
  readonly signal: AbortSignal;
}): Promise<void> {
  const { context, signal } = given;
  const channel = channelOf(context, given.review.channel);
  const since = await standingBase(context, channel, given.review.base);
  // What came in past the reviews is part of the step, not of what it is measured by.
  const review = { ...given.review, base: since };
  assertPublishable(await context.git.listTree(review.candidate), review.candidate);
  const before = since === null ? null : await evaluateCommit({ context, channel, commitId: since, signal });
  const after = await evaluateCommit({ context, channel, commitId: review.candidate, signal });
  const source = review.how === 'upstream' ? sourceOf(channel) : null;
  const { still, ...facts } = await factsOf({ context, review, before, after, source, signal });
  const examined = {
    ...examineStep(facts),
    ...(source === null ? {} : { source }),
    ...(since === given.review.base ? {} : { since }),
  };
  const examination =
    review.how === 'fix' || review.how === 'rollback'
      ? { ...examined, gates: await gatesFor({ context, review, before, after, examined, still, signal }) }
      : examined;
  const enforced = context.reviewMode === 'enforce';
  await context.reviews.recordExamination({ reviewId: review.id, examination, at: context.clock.now(), enforced });
}

async function factsOf(given: {
  readonly context: WalkContext;
  readonly review: Review;
  readonly before: Evaluation | null;
  readonly after: Evaluation;
  readonly source: string | null;
  readonly signal: AbortSignal;
}): Promise<Parameters<typeof examineStep>[0] & { readonly still: readonly string[] }> {
  const { context, review, before, after } = given;
  const { git, catalog, nix } = context;
  const { base, candidate } = review;
  const [old, now] = [before === null ? [] : await catalog.instancesOf(before.id), await catalog.instancesOf(after.id)];
  const pairs = changedPairs(old, now);
  const paths = base === null ? [] : await git.diffPaths(base, candidate);
  const { commits, lacking } = await collectCommits(context, review, given.signal);
  const detailsOf = async (commitId: string | null): Promise<DetailsByPair> =>
    nix === null || commitId === null
      ? null
      : new Map(
          (await describeBuilds({ nix, git, commitId, pairs, signal: given.signal })).map((built) => [
            pairOf(built),
            built,
          ]),
        );
  const detailsAfter = await detailsOf(candidate);
  const said = await vulnerabilitiesOf(context, review, { before, after, old, now });
  const resolves = new Set(said.vulnerabilities.resolved.map(({ attr }) => attr));
  const facts = { context, old, now, details: detailsAfter, resolves, signal: given.signal };
  const { collected, lacking: more } = await collectPackageFacts(facts);
  const attrs = changedThemselves(
    [...Map.groupBy(effectsBetween(old, now), ({ attr }) => attr)].map(([attr, effects]) => ({
      attr,
      effects,
      commits: [],
    })),
  );
  const { outputs, lacks } =
    base === null || attrs.length === 0
      ? { outputs: new Map(), lacks: [] }
      : await compareOutputs({ context, reviewId: review.id, attrs, base, candidate, signal: given.signal });
  return {
    how: review.how,
    unproven: await whyUnproven(context, { review, before, after, source: given.source }),
    at: context.clock.now(),
    evaluator: nix === null ? 'inventory' : `nix ${nix.version}`,
    before: old,
    after: now,
    detailsBefore: await detailsOf(base),
    detailsAfter,
    paths,
    files: base === null ? null : await filesOf(context, base, candidate, paths),
    commits,
    commitCount: commits.length,
    ...said,
    collected: withOutputs(collected, outputs),
    lacking: {
      ...lacking,
      ...more,
      outputs: lacks,
      ...(nix === null ? { builds: ['no Nix is installed that could evaluate what they are built with'] } : {}),
      ...(base === null ? { files: ['it is the first tree of the channel'] } : {}),
    },
    windows: await context.reviews.windows(),
    fixedIn: await fixedVersions(context, old),
  };
}

function withOutputs(
  collected: ReadonlyMap<string, CollectedFacts>,
  outputs: ReadonlyMap<string, NonNullable<CollectedFacts['outputs']>>,
): ReadonlyMap<string, CollectedFacts> {
  const nothing = { sources: null, signals: null, source: null };
  const attrs = [...new Set([...collected.keys(), ...outputs.keys()])];
  return new Map(
    attrs.map((attr) => [attr, { ...(collected.get(attr) ?? nothing), outputs: outputs.get(attr) ?? null }]),
  );
}

/** What a change of ours is measured by, beside the detectors. */
async function gatesFor(given: {
  readonly context: WalkContext;
  readonly review: Review;
  readonly before: Evaluation | null;
  readonly after: Evaluation;
  readonly examined: Examination;
  readonly still: readonly string[];
  readonly signal: AbortSignal;
}): Promise<readonly Gate[]> {
  const { context, review, before, after, examined, still, signal } = given;
  const { git, catalog, advisories } = context;
  const old = before === null ? [] : await catalog.instancesOf(before.id);
  const now = await catalog.instancesOf(after.id);
  const there = new Set(now.map(pairOf));
  const failures = new Set((await catalog.failuresOf(after.id)).map(pairOf));
  const commits = await git.log(review.candidate, {
    limit: mostCommits,
    ...(review.base === null ? {} : { since: review.base }),
  });
  const ids = [...new Set(commits.flatMap((commit) => readTrailers(commit).fixes))];
  const known = await advisories.byIds(ids);
  const { packages, vulnerabilities, proof } = examined;
  const attrs = changedThemselves(packages);
  const wanted = { context, reviewId: review.id, commitId: review.candidate, attrs, signal };
  const gates = gatesOf({
    packages,
    commits,
    systems: proof.systems,
    broken: old.map(pairOf).filter((pair) => failures.has(pair) && !there.has(pair)),
    claimed: ids.map((id) => known.get(id)?.id ?? id),
    vulnerabilities,
    still,
    derivations: { all: now.length, changed: changedPairs(old, now).length },
    builds: await buildChanged(wanted),
    tests: await testChanged(wanted),
  });
  // What goes back touches whatever came in since.
  return review.how === 'rollback' ? gates.filter(({ name }) => name !== 'claims') : gates;
}

/** The same matcher as ever, over the packages that change, then and now; nothing is stored. */
async function vulnerabilitiesOf(
  { matcher }: WalkContext,
  review: Review,
  given: {
    readonly before: Evaluation | null;
    readonly after: Evaluation;
    readonly old: readonly Instance[];
    readonly now: readonly Instance[];
  },
) {
  const attrs = [...new Set(effectsBetween(given.old, given.now).map(({ attr }) => attr))];
  const affectedBy = async (evaluation: Evaluation | null, instances: readonly Instance[]) => {
    if (evaluation === null || attrs.length === 0) return [];
    const matches = await matcher.match({
      // Beside the channel's own, which stays remembered.
      channel: `${review.channel}@review`,
      evaluationId: `${evaluation.id}/${review.id}`,
      instances: async () => instances.filter(({ attr }) => attrs.includes(attr)),
      scope: { kind: 'packages', attrs },
    });
    return matches
      .filter(({ match }) => match.status === 'affected' || match.status === 'under_investigation')
      .map(({ match: { attr, advisoryId } }) => ({ attr, advisoryId }));
  };
  const [then, today] = [await affectedBy(given.before, given.old), await affectedBy(given.after, given.now)];
  const without = (from: typeof then, others: typeof then) =>
    from.filter((one) => !others.some((other) => other.attr === one.attr && other.advisoryId === one.advisoryId));
  return {
    vulnerabilities: { resolved: without(then, today), opened: given.before === null ? [] : without(today, then) },
    still: [...new Set(today.map(({ advisoryId }) => advisoryId))],
  };
}

function changedPairs(
  old: readonly Instance[],
  now: readonly Instance[],
): readonly Pick<Instance, 'attr' | 'system'>[] {
  const before = new Map(old.map((instance) => [pairOf(instance), instance.drvPath]));
  return now.filter((instance) => {
    const drvPath = before.get(pairOf(instance));
    return drvPath !== undefined && drvPath !== instance.drvPath;
  });
}

async function filesOf(
  { git }: WalkContext,
  base: string,
  candidate: string,
  paths: readonly { readonly path: string }[],
) {
  const wanted = paths
    .map(({ path }) => path)
    .filter((path) => path.endsWith('.nix'))
    .slice(0, mostFiles);
  const [before, after] = [await git.readFiles(base, wanted), await git.readFiles(candidate, wanted)];
  const text = (content: Buffer | undefined) =>
    content === undefined || content.length > largestFile ? null : content.toString('utf8');
  return wanted.map((path) => ({ path, before: text(before.get(path)), after: text(after.get(path)) }));
}

/** For the ids that patches name: the lowest version above the patched one that an advisory says has the fix. */
async function fixedVersions({ advisories }: WalkContext, old: readonly Instance[]) {
  const patched = old.filter(({ patches }) => patches.length > 0);
  const ids = [...new Set(patched.flatMap(({ patches }) => idsOfPatches(patches)))];
  const found = [...(await advisories.byIds(ids)).values()];
  const versions = new Map(patched.map(({ attr, version }) => [attr, version]));
  return (attr: string, id: string): string | null => {
    const version = versions.get(attr) ?? '';
    const bounds = found
      .filter((advisory) => advisory.id === id || advisory.aliases.includes(id))
      .flatMap(({ records }) => records.flatMap(({ affected }) => affected))
      .flatMap(({ weak, ranges }) => (weak === null ? ranges : []))
      .flatMap(({ hi, hiInclusive }) =>
        hi === null || hiInclusive || compareNixVersions(hi, version) <= 0 ? [] : [hi],
      )
      .sort(compareNixVersions);
    return bounds[0] ?? null;
  };
}
