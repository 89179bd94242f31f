import { AppError } from '../../foundation/errors.ts';
import { type Evaluated, type Evaluation, evaluateChannel, readInventory } from '../../pipeline/catalog/index.ts';
import { adoptPatches, effectsBetween, pairOf, rolledBackTo } from '../../pipeline/changes/index.ts';
import type { KeptChannel, WalkContext } from '../walk-context.ts';
import { channelOf, type JobHandler } from './job.ts';

/** The channel's newest commit is evaluated, and what the move did to each package is kept. */
export const evaluateChannelJob: JobHandler = async ({ context, subject, signal }) => {
  const channel = channelOf(context, subject);
  const commitId = await context.git.resolve(channel.branch);
  if (commitId === null) return;
  const known = await context.catalog.evaluationOf(channel.id, commitId);
  const evaluation =
    known !== null && (await isComplete(context, known))
      ? known
      : await keepAs(context, await evaluateCommit({ context, channel, commitId, signal }), {
          channel: channel.id,
          commitId,
        });
  await recordEffects(context, channel, evaluation);
  await proposeFound(context, channel, commitId);
};

/** Under this name lie evaluations of commits that are not in the channel, or not yet. */
function besideOf(channel: KeptChannel): string {
  return `${channel.id}@review`;
}

/** The evaluation of any commit: the one that there is, whether a channel has the commit or only a review, or a new one. */
export async function evaluateCommit(given: {
  readonly context: WalkContext;
  readonly channel: KeptChannel;
  readonly commitId: string;
  readonly signal: AbortSignal;
}): Promise<Evaluation> {
  const { context, channel, commitId } = given;
  const own = await knownEvaluation(context, channel, commitId);
  if (own !== null) return own;
  const under = besideOf(channel);
  // A channel that was rolled back has a tree that was evaluated when it was new.
  const held = await rolledBackTo(context.git, commitId);
  const same = held === commitId ? null : await knownEvaluation(context, channel, held);
  return same === null ? evaluate({ ...given, under }) : keepAs(context, same, { channel: under, commitId });
}

async function knownEvaluation(
  context: WalkContext,
  channel: KeptChannel,
  commitId: string,
): Promise<Evaluation | null> {
  const others = context.channels.filter(({ id }) => id !== channel.id).map(({ id }) => id);
  for (const name of [channel.id, besideOf(channel), ...others]) {
    const known = await context.catalog.evaluationOf(name, commitId);
    if (known !== null && (await isComplete(context, known))) return known;
  }
  return null;
}

/** The same results as the channel's own, or as those of a commit with the same tree. */
async function keepAs(
  { catalog, clock }: WalkContext,
  from: Evaluation,
  under: { readonly channel: string; readonly commitId: string },
): Promise<Evaluation> {
  const [instances, failures] = [await catalog.instancesOf(from.id), await catalog.failuresOf(from.id)];
  return catalog.recordEvaluation({
    ...under,
    at: clock.now(),
    origin: from.origin,
    results: [
      ...instances.map((instance) => ({ kind: 'instance', instance }) as const),
      ...failures.map((failure) => ({ kind: 'failed', ...failure }) as const),
    ],
  });
}

/** What came in joins the series where it is ours, and without a review gets one afterwards: before it may be released. */
async function proposeFound(
  { git, reviews, series, changes, clock }: WalkContext,
  channel: KeptChannel,
  commitId: string,
) {
  const change = await changes.changeTo(channel.id, commitId);
  if (change === null) return;
  const upstream = await git.resolve(`refs/upstream/${channel.id}`);
  await adoptPatches({ git, series, change, upstream });
  if ((await reviews.ofCandidate(channel.id, commitId)) !== null) return;
  const { treeId } = await git.commit(commitId);
  await reviews.open({
    channel: channel.id,
    base: change.from,
    candidate: commitId,
    treeId,
    how: change.how,
    author: change.actor,
    at: clock.now(),
  });
}

async function isComplete({ catalog }: WalkContext, evaluation: Evaluation): Promise<boolean> {
  const [covered, packages, failures] = await Promise.all([
    catalog.covered(),
    catalog.packagesOf(evaluation.id),
    catalog.failuresOf(evaluation.id),
  ]);
  const answered = new Set([...packages, ...failures].map((entry) => entry.attr));
  return evaluation.origin === 'inventory' || covered.every(({ attr }) => answered.has(attr));
}

async function evaluate(given: {
  readonly context: WalkContext;
  readonly channel: KeptChannel;
  readonly commitId: string;
  readonly signal: AbortSignal;
  readonly under: string;
}): Promise<Evaluation> {
  const { context, channel, commitId, under } = given;
  const results = context.nix === null ? await inventoryOf(channel, commitId) : await withNix(given, context.nix);
  return context.catalog.recordEvaluation({
    channel: under,
    commitId,
    at: context.clock.now(),
    origin: context.nix === null ? 'inventory' : 'nix',
    results,
  });
}

async function withNix(
  { context, commitId, signal }: Parameters<typeof evaluate>[0],
  nix: NonNullable<WalkContext['nix']>,
): Promise<readonly Evaluated[]> {
  const covered = await context.catalog.covered();
  return evaluateChannel({
    nix,
    git: context.git,
    commitId,
    attrs: covered.map(({ attr }) => attr),
    systems: context.systems,
    random: context.random,
    progress: context.progress,
    signal,
  });
}

async function inventoryOf(channel: KeptChannel, commitId: string): Promise<AsyncIterable<Evaluated>> {
  const lines = await channel.inventory(commitId);
  if (lines !== null) return readInventory(lines);
  throw new AppError(
    { code: 'worker.no-nix', retryable: false },
    `no Nix is installed and there is no inventory of ${commitId.slice(0, 12)}`,
    { hint: `Install Nix, or put ${commitId}.jsonl into the channel's folder of inventories.` },
  );
}

async function recordEffects(context: WalkContext, channel: KeptChannel, after: Evaluation): Promise<void> {
  const { catalog, changes } = context;
  const change = await changes.changeTo(channel.id, after.commitId);
  if (change === null) return;
  const before = change.from === null ? null : await catalog.evaluationOf(channel.id, change.from);
  await changes.recordEffects({
    changeId: change.id,
    at: context.clock.now(),
    beforeEvaluation: before?.id ?? null,
    afterEvaluation: after.id,
    effects: before === null ? [] : await effectsOf(context, before, after),
  });
}

/** Of a package that failed in either evaluation nothing is known, so nothing is said. */
async function effectsOf({ catalog }: WalkContext, before: Evaluation, after: Evaluation) {
  const failures = [...(await catalog.failuresOf(before.id)), ...(await catalog.failuresOf(after.id))];
  const unknown = new Set(failures.map(pairOf));
  const known = async ({ id }: Evaluation) =>
    (await catalog.instancesOf(id)).filter((instance) => !unknown.has(pairOf(instance)));
  return effectsBetween(await known(before), await known(after));
}
