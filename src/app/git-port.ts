import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { GitPort, RegistryReads } from '../http/index.ts';
import { answerGitRequest } from '../platform/git/http-backend.ts';
import type { GitRepository } from '../platform/git/index.ts';
import { initBare } from '../platform/git/repository.ts';
import type { WalkContext, Worker } from '../worker/index.ts';

/**
 * The repository that pushes arrive in. It sees every object of the workspace's own, so that a push carries only what is new,
 * and can write none of its refs.
 */
export async function openIncoming(folder: string, git: Pick<GitRepository, 'directory'>): Promise<GitRepository> {
  const incoming = await initBare(path.join(folder, 'incoming.git'));
  const info = path.join(incoming.directory, 'objects', 'info');
  await mkdir(info, { recursive: true });
  await writeFile(path.join(info, 'alternates'), `${path.resolve(git.directory, 'objects')}\n`);
  return incoming;
}

export function gitPortOf(given: {
  readonly folder: string;
  readonly context: WalkContext;
  readonly registry: Pick<RegistryReads, 'current'>;
  readonly worker: Pick<Worker, 'enqueue'>;
}): GitPort {
  const { folder, context, registry, worker } = given;
  return {
    channel: async (id) => {
      const channel = context.channels.find((kept) => kept.id === id);
      if (channel === undefined) return null;
      const { organisation } = context;
      const visibility = (await registry.current()).flake(organisation, channel.flake)?.visibility ?? 'public';
      return { id, organisation, flake: channel.flake, visibility };
    },
    answer: (request) => answerGitRequest(folder, request),
    pushed: () => worker.enqueue([{ kind: 'proposals.collect', subject: '' }]),
  };
}
