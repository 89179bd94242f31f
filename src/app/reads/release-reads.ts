import type { RegistryReads, ReleasePage } from '../../http/index.ts';
import { projectNameOf } from '../../pipeline/changes/index.ts';
import { outputLeaves, type RegistryStore, type ReleaseText, tarballKey } from '../../pipeline/releases/index.ts';
import type { KeptChannel, WalkContext } from '../../worker/index.ts';
import { coverageOfRelease } from './coverage-reads.ts';

const mostCommits = 200;

export async function releasePage(
  context: Pick<WalkContext, 'releases' | 'git' | 'catalog' | 'cache' | 'organisation'>,
  uuid: string,
): Promise<ReleasePage | null> {
  const { releases, git } = context;
  const release = await releases.releaseByUuid(uuid);
  if (release === null) return null;
  const all = (await releases.releasesOf(release.organisation, release.flake)).filter(
    ({ channel }) => channel === release.channel,
  );
  const place = all.findIndex((candidate) => candidate.uuid === uuid);
  const previous = all[place + 1] ?? null;
  const commits =
    (await git.resolve(release.commitId)) === null
      ? []
      : await git.log(release.commitId, {
          limit: mostCommits,
          ...(previous === null ? {} : { since: previous.commitId }),
        });
  return {
    release,
    coverage: await coverageOfRelease(context, release),
    previous,
    next: place > 0 ? (all[place - 1] ?? null) : null,
    changes: commits.map(({ id, subject, authorName, committedAt }) => ({
      commitId: id,
      subject,
      authorName,
      at: committedAt,
    })),
  };
}

export function registryReads({
  context,
  store,
}: {
  readonly context: Pick<WalkContext, 'channels' | 'catalog' | 'releases' | 'git' | 'cache' | 'organisation'>;
  readonly store: RegistryStore;
}): RegistryReads {
  const { channels, catalog } = context;
  const sources = new Map(channels.map((channel) => [channel.id, sourceOf(channel, channels)]));
  return {
    current: store.current,
    textOf: store.textOf,
    pageOf: (uuid) => releasePage(context, uuid),
    sourceOf: ({ channel }) => sources.get(channel) ?? null,
    tarballKey,
    outputOf: async ({ uuid, channel, commitId }, attributePath) => {
      const outputs =
        channel === ''
          ? uploadedOutputs(await store.textOf(uuid), attributePath)
          : await evaluatedOutputs(catalog, { channel, commitId, attributePath });
      return outputs.out ?? Object.values(outputs)[0] ?? null;
    },
  };
}

function uploadedOutputs(text: ReleaseText | null, attributePath: string): Readonly<Record<string, string>> {
  if (text === null) return {};
  return outputLeaves(text.outputs).find(({ path }) => path.join('.') === attributePath)?.storePaths ?? {};
}

/** `legacyPackages.x86_64-linux.openssh` and `packages.…`: both name what the channel was evaluated for. */
async function evaluatedOutputs(
  catalog: WalkContext['catalog'],
  given: { readonly channel: string; readonly commitId: string; readonly attributePath: string },
): Promise<Readonly<Record<string, string>>> {
  const [, system, attr] = /^(?:legacyPackages|packages)\.([\w-]+)\.(.+)$/.exec(given.attributePath) ?? [];
  const evaluation = await catalog.evaluationOf(given.channel, given.commitId);
  if (attr === undefined || evaluation === null) return {};
  const instances = await catalog.packageByAttr(evaluation.id, attr);
  return instances.find((instance) => instance.system === system)?.outputs ?? {};
}

/** Of what a channel follows in the end. */
function sourceOf({ upstream, line }: KeptChannel, channels: readonly KeptChannel[]): string | null {
  if (upstream !== null) return projectNameOf(upstream.url, ['github.com']);
  const base = channels.find(({ id }) => id === line.over);
  return base === undefined ? null : sourceOf(base, channels);
}
