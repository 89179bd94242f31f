import { messageOf } from '../../foundation/errors.ts';
import { type Review, readTrailers } from '../../pipeline/changes/index.ts';
import { isLive } from '../../pipeline/findings/index.ts';
import type { CommitInfo } from '../../platform/git/index.ts';
import type { KeptChannel, WalkContext } from '../walk-context.ts';
import type { JobHandler } from './job.ts';
import { openProposal, proposeFix } from './propose-fix.ts';

const mostCommits = 200;

/** A vulnerability of one package that is open in a channel. */
interface OpenPair {
  readonly attr: string;
  readonly advisoryId: string;
}

/**
 * A fix that is proposed for one channel is proposed at once wherever the same is open (FIX-20): the same patches where they
 * apply, what can be made by machine where they do not. Each is a review of its own.
 */
export const spreadFixJob: JobHandler = async ({ context, subject, signal }) => {
  const review = await context.reviews.byId(subject);
  if (review === null || review.how !== 'fix' || review.state === 'superseded' || review.base === null) return;
  const resolved = review.examination?.vulnerabilities.resolved ?? [];
  if (resolved.length === 0) return;
  for (const [channel, pairs] of await whereOpen(context, review, resolved)) {
    if (await isProposed(context, channel, review, pairs)) continue;
    const commitId = await ontoLine(context, channel, review);
    if (commitId !== null) await openProposal({ context, channel, commitId, author: review.author });
    else
      await proposeByMachine(context, channel, pairs, signal).catch((error: unknown) => {
        signal.throwIfAborted();
        context.log.warn('a fix of another channel does not apply here', {
          channel: channel.id,
          says: messageOf(error),
        });
      });
  }
};

/** A variant gets what its base gets. */
async function whereOpen(
  { channels, findings }: WalkContext,
  { channel: own }: Review,
  resolved: readonly OpenPair[],
): Promise<ReadonlyMap<KeptChannel, readonly OpenPair[]>> {
  const open = new Map<KeptChannel, OpenPair[]>();
  for (const attr of new Set(resolved.map((pair) => pair.attr)))
    for (const { finding } of await findings.byPackage(attr)) {
      const channel = channels.find(({ id }) => id === finding.channel);
      const isOpen = isLive(finding.state);
      if (channel === undefined || channel.id === own || !isOpen) continue;
      if (!resolved.some((pair) => pair.attr === attr && pair.advisoryId === finding.advisoryId)) continue;
      open.set(channel, [...(open.get(channel) ?? []), { attr, advisoryId: finding.advisoryId }]);
    }
  const reached = new Set([own, ...[...open.keys()].map(({ id }) => id)]);
  const follows = ({ line }: KeptChannel) => line.kind === 'variant' && line.over !== null && reached.has(line.over);
  return new Map([...open].filter(([channel]) => !follows(channel)));
}

/** The same patches, or another fix of the same, are waiting there or were decided on. */
async function isProposed(
  { advisories, git, reviews }: WalkContext,
  { id }: KeptChannel,
  { patchKey }: Review,
  pairs: readonly OpenPair[],
): Promise<boolean> {
  const same = patchKey === null ? [] : await reviews.ofPatch(patchKey);
  if (same.some(({ channel, state }) => channel === id && state !== 'superseded')) return true;
  const waiting = (await reviews.undecided(id)).filter(({ how }) => how === 'fix');
  for (const { base, candidate, examination } of waiting) {
    const commits = await git.log(candidate, { limit: mostCommits, ...(base === null ? {} : { since: base }) });
    const claimed = await advisories.byIds(commits.flatMap((commit) => readTrailers(commit).fixes));
    const ids = new Set([...claimed.values()].map((advisory) => advisory.id));
    const resolves = examination?.vulnerabilities.resolved ?? [];
    if (
      pairs.every(
        ({ attr, advisoryId }) =>
          (examination === null && ids.has(advisoryId)) ||
          resolves.some((pair) => pair.attr === attr && pair.advisoryId === advisoryId),
      )
    )
      return true;
  }
  return false;
}

/** The patches of a review on top of another channel, each naming its source; null where one does not apply. */
async function ontoLine(
  { git }: WalkContext,
  channel: KeptChannel,
  { base, candidate, channel: from }: Review,
): Promise<string | null> {
  const head = await git.resolve(channel.branch);
  if (head === null || base === null) return null;
  const commits = (await git.log(candidate, { since: base, limit: mostCommits }))
    .filter(({ parents }) => parents.length === 1)
    .reverse();
  let onto = head;
  for (const commit of commits) {
    const picked = await git.cherryPick({ onto, commit, text: textOf(commit, from) });
    if (picked.kind === 'conflict') return null;
    if (picked.kind === 'picked') onto = picked.commitId;
  }
  return onto === head ? null : onto;
}

function textOf({ subject, body, authorName, authorEmail, committedAt, id }: CommitInfo, from: string) {
  const hasTrailers = /(?:^|\n)[A-Za-z][A-Za-z-]*: [^\n]+$/.test(body.trimEnd());
  const parts = [subject, ...(body.trim() === '' ? [] : [body.trimEnd()])].join('\n\n');
  const message = `${parts}${hasTrailers ? '\n' : '\n\n'}Line-Of: ${from} ${id}\n`;
  return { message, authorName, authorEmail, at: committedAt };
}

async function proposeByMachine(
  context: WalkContext,
  channel: KeptChannel,
  pairs: readonly OpenPair[],
  signal: AbortSignal,
): Promise<void> {
  for (const [attr, own] of Map.groupBy(pairs, (pair) => pair.attr)) {
    const advisoryIds = own.map(({ advisoryId }) => advisoryId);
    const made = await proposeFix({ context, request: { channel: channel.id, attr, advisoryIds, how: null }, signal });
    if (made.kind === 'made') await openProposal({ context, channel, commitId: made.commitId });
    else
      context.log.warn('a fix of another channel does not apply here, and none can be made by machine', {
        channel: channel.id,
        attr,
        reasons: made.refused.map(({ way, why }) => `${way}: ${why}`),
      });
  }
}
