import type { RegistryReads, ReleasePage } from '../../http/index.ts';
import { tarballKey } from '../../pipeline/releases/index.ts';
import type { WalkContext } from '../../worker/index.ts';

const mostCommits = 200;

export async function releasePage({ releases, git }: WalkContext, uuid: string): Promise<ReleasePage | null> {
  const release = await releases.releaseByUuid(uuid);
  if (release === null) return null;
  const all = await releases.releasesOf(release.organisation, release.flake);
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
  releases,
  channels,
}: Pick<WalkContext, 'channels'> & {
  readonly releases: Pick<WalkContext['releases'], 'flakes' | 'releasesOf' | 'releaseByUuid'>;
}): RegistryReads {
  const sources = new Map(channels.map(({ id, upstream }) => [id, upstream && githubRepository(upstream.url)]));
  return {
    flakes: releases.flakes,
    releasesOf: releases.releasesOf,
    releaseByUuid: releases.releaseByUuid,
    sourceOf: ({ channel }) => sources.get(channel) ?? null,
    tarballKey,
  };
}

/** `NixOS/nixpkgs` of `https://github.com/NixOS/nixpkgs.git`, without the password that may stand before the host. */
function githubRepository(url: string): string | null {
  if (!URL.canParse(url)) return null;
  const { protocol, hostname, pathname } = new URL(url);
  if (!['https:', 'http:', 'ssh:', 'git:'].includes(protocol) || hostname !== 'github.com') return null;
  return /^\/([\w.-]+\/[\w.-]+?)(?:\.git)?\/?$/.exec(pathname)?.[1] ?? null;
}
