import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Person } from '../../src/accounts/index.ts';
import type { Workspace } from '../../src/app/index.ts';
import { AppError } from '../../src/foundation/errors.ts';
import { openGit } from '../../src/platform/git/repository.ts';
import { openHere } from '../support/workspaces.ts';

const signal = new AbortController().signal;
const people: readonly Person[] = [
  { name: 'eve', roles: ['reviewer'] },
  { name: 'ben', roles: ['reviewer', 'security_lead'] },
];

/** In the middle of each eight steps of upstream a patch of ours is proposed; three steps later upstream has it too. */
export const patchEvery = 8;
export const oursAt = (step: number) => (step % patchEvery === 4 ? `ours-${Math.floor(step / patchEvery)}.nix` : null);
export const takenAt = (step: number) => (step % patchEvery === 7 ? `ours-${Math.floor(step / patchEvery)}.nix` : null);
export const oursText = (name: string) => `{ of = "us"; name = "${name}"; }\n`;

/** Goes on from wherever the workspace and upstream stand, to the end of the chain. */
export async function followSteps(given: {
  readonly root: string;
  readonly chain: readonly string[];
  readonly onStep: (step: number) => void;
}): Promise<void> {
  const { root, chain, onStep } = given;
  const upstream = openGit({ directory: path.join(root, 'upstream.git') });
  const workspace = await openHere(path.join(root, 'workspace'));
  const goOn = async () => {
    const main = await upstream.resolve('refs/heads/main');
    if (main === null) throw new Error('upstream has no branch');
    const step = chain.indexOf(main);
    await letIn(workspace);
    await proposeOurs(workspace, step);
    onStep(step);
    const next = chain[step + 1];
    if (next !== undefined) await upstream.updateRef('refs/heads/main', next, main);
    return next !== undefined;
  };
  while (await patiently(goOn));
  await workspace.close();
}

/** As a worker does: what may be over at the next try, such as the lock of a git that was killed, is tried again. */
async function patiently<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries++)
    try {
      return await work();
    } catch (error) {
      if (tries === 30 || !(error instanceof AppError && error.retryable)) throw error;
      await sleep(1_000);
    }
}

/** What upstream has comes in, whatever it takes; and is released. */
async function letIn(workspace: Workspace): Promise<void> {
  const { reviews, clock } = workspace.context;
  let jobs: Parameters<Workspace['worker']['run']>[0] = [{ kind: 'channel.sync', subject: 'rolling' }];
  for (;;) {
    const { failed } = await workspace.worker.run(jobs, signal);
    if (failed.length > 0) throw new Error(JSON.stringify(failed));
    const waiting = await reviews.list({ channel: 'rolling', state: 'waiting', before: null, limit: 10 });
    if (waiting.length === 0) return;
    for (const { id: reviewId, treeId } of waiting)
      for (const by of people)
        await reviews.act({ reviewId, kind: 'approved', by, treeId, reason: 'looked', at: clock.now() });
    jobs = [];
  }
}

async function proposeOurs(workspace: Workspace, step: number): Promise<void> {
  const name = oursAt(step);
  const { git, incoming, clock } = workspace.context;
  const head = await git.resolve('refs/heads/rolling');
  if (name === null || head === null || (await git.readFile(head, name)) !== null) return;
  const commit = await git.writeCommit({
    parent: head,
    edits: [{ kind: 'write', path: name, content: oursText(name) }],
    text: { message: `${name}: of ours`, authorName: 'Eve', authorEmail: 'eve@example.org', at: clock.now() },
  });
  // Where a push over HTTP leaves it.
  const ref = 'refs/namespaces/eve/refs/for/rolling';
  await incoming.updateRef(ref, commit, await incoming.resolve(ref));
  const { failed } = await workspace.worker.run([{ kind: 'proposals.collect', subject: '' }], signal);
  if (failed.length > 0) throw new Error(JSON.stringify(failed));
  await letIn(workspace);
}
