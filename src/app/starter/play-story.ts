import path from 'node:path';
import { AppError } from '../../foundation/errors.ts';
import { uuidV7 } from '../../foundation/ids.ts';
import { paths } from '../../http/addresses.ts';
import { appendEvent, latestEvents } from '../../journal/index.ts';
import { applyFix } from '../../pipeline/changes/index.ts';
import type { Release } from '../../pipeline/releases/index.ts';
import type { GitRepository } from '../../platform/git/index.ts';
import { writeWorkspace } from '../init-workspace.ts';
import type { Workspace } from '../open-workspace.ts';
import { consumerFiles } from './consumer-files.ts';
import { stepRef, upstreamOf } from './make-workspace.ts';
import type { Starter, StarterConsumer, StarterStep } from './read-starter.ts';

const stepEvent = 'starter.step';
const upstreamBranch = 'refs/heads/main';

/**
 * Plays the rest of the starter's story: the feeds are read, then upstream moves or a fix comes in, step by step, each ending
 * in a release. Every step is noted in the journal when it is over, so that a start after a crash goes on where it was.
 */
export async function playStory(given: {
  readonly workspace: Workspace;
  readonly starter: Starter;
  readonly signal: AbortSignal;
}): Promise<void> {
  const { workspace, starter, signal } = given;
  const { context, database, worker } = workspace;
  const noted = await latestEvents(database, { kinds: [stepEvent], limit: 100 });
  const done = new Set(noted.map((event) => event.subject));
  const left = starter.steps.filter(({ id }) => !done.has(id));
  if (left.length === 0) return;
  const upstream = await upstreamOf(workspace.folder);
  const synced = new Set((await context.feedStore.states()).map(({ source }) => source));
  const unread = context.feeds.filter(({ source }) => !synced.has(source.id));
  if (unread.length > 0) context.progress.step(`Reading ${unread.length} feeds`);
  await worker.enqueue(unread.map(({ source }) => ({ kind: 'feed.sync', subject: source.id })));
  await unlessAborted(worker.settled(), signal);
  for (const step of left) {
    signal.throwIfAborted();
    context.progress.step(step.says);
    const commitId = await upstream.resolve(stepRef(step));
    if (commitId === null)
      throw new AppError({ code: 'starter.no-commit', retryable: false }, `upstream.git has no ${stepRef(step)}`, {
        hint: 'Remove the workspace and start again: it was made from another starter world.',
      });
    await play(workspace, { step, commitId, upstream, channelId: starter.channel.id });
    await unlessAborted(worker.settled(), signal);
    const release = await releaseOf(workspace, starter);
    for (const consumer of starter.consumers)
      if (consumer.locked === step.id && release !== null) await adopt(workspace, consumer, release);
    await database.write((trx) =>
      appendEvent(trx, {
        at: context.clock.now(),
        kind: stepEvent,
        subject: step.id,
        actor: 'robot',
        payload: { commitId, version: release?.version ?? null },
      }),
    );
  }
}

async function play(
  { context, worker }: Workspace,
  given: {
    readonly step: StarterStep;
    readonly commitId: string;
    readonly upstream: GitRepository;
    readonly channelId: string;
  },
): Promise<void> {
  const { step, commitId, upstream, channelId } = given;
  if (step.how === 'upstream') {
    await upstream.updateRef(upstreamBranch, commitId, await upstream.resolve(upstreamBranch));
    await worker.enqueue([{ kind: 'channel.sync', subject: channelId }]);
    return;
  }
  const channel = context.channels.find(({ id }) => id === channelId);
  if (channel === undefined) return;
  // As a person would hand it in: a branch of its own, fetched into the workspace's repository.
  const branch = `fix-${step.id}`;
  await upstream.updateRef(`refs/heads/${branch}`, commitId, await upstream.resolve(`refs/heads/${branch}`));
  const { git, changes, clock } = context;
  await git.fetch({ url: upstream.directory, branch, into: `refs/fixes/${step.id}`, partial: false });
  await applyFix({ git, changes, channel, clock, actor: 'operator', commitId });
}

async function releaseOf({ context }: Workspace, { channel, flake }: Starter): Promise<Release | null> {
  const kept = context.channels.find(({ id }) => id === channel.id);
  return context.releases.latest(context.organisation, kept?.flake ?? flake, channel.id);
}

/** A consumer locks the newest release; its files lie in the workspace, to be tried with Nix. */
async function adopt(
  { context, configuration, folder }: Workspace,
  consumer: StarterConsumer,
  release: Release,
): Promise<void> {
  const url = configuration.public_url;
  const files = consumerFiles({
    consumer,
    address: `${url}/f/${release.organisation}/${release.flake}`,
    pinned: `${url}${paths.pinned(release)}`,
    release,
  });
  await writeWorkspace(path.join(folder, 'consumers', consumer.name), files);
  await context.consumers.registerLock({
    name: consumer.name,
    text: files['flake.lock'],
    at: context.clock.now(),
    id: uuidV7(context.clock.now(), context.random),
  });
}

/** Whoever stops does not wait for the work: the worker is told to stop too, and the rest is done at the next start. */
async function unlessAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  const aborted = Promise.withResolvers<void>();
  const onAbort = () => aborted.resolve();
  signal.addEventListener('abort', onAbort, { once: true });
  if (!signal.aborted) await Promise.race([work, aborted.promise]);
  signal.removeEventListener('abort', onAbort);
  signal.throwIfAborted();
}
