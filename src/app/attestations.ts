import type { KeyObject } from 'node:crypto';
import { toIso } from '../foundation/clock.ts';
import { decisionOf } from '../pipeline/changes/index.ts';
import { signStatement, statementOf } from '../pipeline/evidence/index.ts';
import type { Release } from '../pipeline/releases/index.ts';
import type { WalkContext } from '../worker/index.ts';

/** The signed provenance of a release of a channel, as DSSE text; null of one that was uploaded, which we did not make. */
export async function attest(
  context: WalkContext,
  given: { readonly release: Release; readonly key: KeyObject; readonly publicUrl: string },
): Promise<string | null> {
  const { release, key, publicUrl } = given;
  const channel = context.channels.find(({ id }) => id === release.channel);
  if (channel === undefined || (await context.git.resolve(release.commitId)) === null) return null;
  const upstream = await upstreamOf(context, release, channel);
  const statement = statementOf({
    release,
    upstream,
    patches: upstream === null ? [] : await patchesOf(context, release),
    review: await reviewOf(context, release),
    builder: publicUrl,
  });
  return JSON.stringify(signStatement(statement, key));
}

async function upstreamOf(
  { git }: WalkContext,
  { channel: id, commitId }: Release,
  channel: WalkContext['channels'][number],
) {
  const head = await git.resolve(`refs/upstream/${id}`);
  const base = head === null ? null : await git.mergeBase(commitId, head);
  return base === null || channel.upstream === null ? null : { url: channel.upstream.url, commitId: base };
}

/** The series as it was when the release was made. */
async function patchesOf({ series }: WalkContext, { channel, publishedAt }: Release) {
  return (await series.history(channel))
    .filter(({ addedAt, dropped }) => addedAt <= publishedAt && (dropped === null || dropped.at > publishedAt))
    .reverse()
    .map(({ commitId, subject, facts }) => ({ commitId, subject, fixes: [...facts.fixes] }));
}

async function reviewOf(context: WalkContext, { channel, treeId, publishedAt }: Release) {
  const review = await context.reviews.ofTree(channel, treeId);
  if (review === null) return null;
  const acts = (await context.reviews.actsOf(review.id)).filter(({ at }) => at <= publishedAt);
  const decision = decisionOf(review, acts, publishedAt);
  const { examination } = review;
  return {
    id: review.id,
    treeId,
    decision: decision.kind === 'accepted' || decision.kind === 'broken-glass' ? decision.kind : ('observed' as const),
    class: examination?.class ?? null,
    approvals: acts
      .filter(({ kind }) => kind === 'approved')
      .map(({ by, at, reason }) => ({ by, at: toIso(at), reason })),
    detectors: [...new Set(examination?.hits.map(({ detector }) => detector) ?? [])],
    derivations: examination === null ? null : { before: examination.proof.before, after: examination.proof.after },
  };
}
