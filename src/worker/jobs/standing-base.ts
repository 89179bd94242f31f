import type { Evaluation } from '../../pipeline/catalog/index.ts';
import type { Review } from '../../pipeline/changes/index.ts';
import { withoutSecrets } from '../../platform/git/index.ts';
import type { KeptChannel, WalkContext } from '../walk-context.ts';

const together = 100;

/**
 * What a step is measured by: the commit it goes onto, or where nobody approved that one (it was pushed past the reviews) the
 * newest before it that was, or that is out already from before reviews were enforced. Null: there is none, and the step is all
 * of the tree.
 */
export async function standingBase(
  context: WalkContext,
  channel: KeptChannel,
  base: string | null,
): Promise<string | null> {
  if (base === null || context.reviewMode === 'observe') return base;
  if (await stands(context, channel, base)) return base;
  let before: string | undefined;
  let isOlder = false;
  for (;;) {
    const changes = await context.changes.changesOf(channel.id, {
      limit: together,
      ...(before === undefined ? {} : { before }),
    });
    for (const { to } of changes) {
      if (isOlder && (await stands(context, channel, to))) return to;
      isOlder ||= to === base;
    }
    before = changes.at(-1)?.id;
    if (before === undefined) return null;
  }
}

async function stands(
  { clock, git, organisation, releases, reviews }: WalkContext,
  { id, flake }: KeptChannel,
  commitId: string,
): Promise<boolean> {
  const release = await releases.releaseByCommit({ organisation, flake, channel: id, commitId });
  const isApproved = release === null && (await reviews.releaseRefusal(id, commitId, clock.now())) === null;
  return (isApproved || release?.yankedAt === null) && (await git.resolve(commitId)) !== null;
}

/** Where the steps of a channel come from, as the settings say. */
export function sourceOf({ upstream, line }: KeptChannel): string | null {
  return upstream === null ? line.over : `${withoutSecrets(upstream.url)} ${upstream.branch}`;
}

/** Why equal derivations prove nothing of a step, although it came by way of upstream; nothing where they do. */
export async function whyUnproven(
  context: WalkContext,
  given: {
    readonly review: Pick<Review, 'channel' | 'base' | 'candidate'>;
    readonly before: Evaluation | null;
    readonly after: Evaluation;
    readonly source: string | null;
  },
): Promise<readonly string[]> {
  const { before, after, source, review } = given;
  const { channel, base, candidate } = review;
  if (base === null || before === null) return ['nothing of the channel was approved or released before'];
  const last = source === null ? null : await context.reviews.lastSource(channel);
  return [
    ...(last === null || last === source ? [] : [`it is from ${source}, and what came in before was from ${last}`]),
    ...(before.origin === after.origin ? [] : ['it was evaluated in another way than what it is measured by']),
    ...((await seriesDiffers(context, channel, { base, candidate }))
      ? ['a patch of ours comes in or goes out with it']
      : []),
  ];
}

/** Whether a step has a patch of ours that its base has not, or lost one that a person took out of the series. */
async function seriesDiffers(
  { git, series }: WalkContext,
  channel: string,
  { base, candidate }: { readonly base: string; readonly candidate: string },
): Promise<boolean> {
  const patches = await series.history(channel);
  const carried = patches.filter(({ dropped }) => dropped === null).map(({ commitId }) => commitId);
  if (!(await git.reachesAll(base, carried))) return true;
  for (const { commitId, dropped } of patches) {
    if (dropped?.proof.kind !== 'person' || (await git.resolve(commitId)) === null) continue;
    const commit = await git.commit(commitId);
    const text = { message: '', authorName: '', authorEmail: '', at: commit.committedAt };
    const has = async (onto: string) => (await git.cherryPick({ onto, commit, text })).kind === 'empty';
    if ((await has(base)) && !(await has(candidate))) return true;
  }
  return false;
}
