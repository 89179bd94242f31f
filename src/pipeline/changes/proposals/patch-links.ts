import type { Instance } from '../../catalog/index.ts';

export interface PatchLink {
  readonly url: string;
  readonly origin: 'upstream' | 'distribution';
}

const commit =
  /^https:\/\/(github\.com|gitlab\.[\w.-]+|codeberg\.org)\/([\w.-]+\/[\w./-]+?)\/(?:-\/)?commit\/([0-9a-f]{7,40})(?:\.patch)?(?:[?#].*)?$/i;
const distributions =
  /^https:\/\/(?:sources\.debian\.org\/data|salsa\.debian\.org|git\.alpinelinux\.org\/aports\/plain|gitlab\.alpinelinux\.org\/alpine\/aports\/-\/raw|src\.fedoraproject\.org\/rpms\/[\w.+-]+\/raw|git\.launchpad\.net\/ubuntu)\/\S+\.(?:patch|diff)$/;
const mostLinks = 10;

/** The links that are a patch: a commit in the project's own repository, or a file in a distribution's packaging. */
export function patchLinks(given: {
  readonly references: readonly string[];
  readonly instance: Pick<Instance, 'sources' | 'homepage'>;
}): readonly PatchLink[] {
  const own = repositoriesOf(given.instance);
  const links = given.references.flatMap((url): readonly PatchLink[] => {
    if (distributions.test(url)) return [{ url, origin: 'distribution' }];
    const [, host = '', repository = '', id = ''] = commit.exec(url) ?? [];
    // Anybody can write a commit and have an advisory link it: only the project's own repository is believed.
    if (!own.has(`${host}/${repository}`.toLowerCase())) return [];
    const between = host === 'github.com' || host === 'codeberg.org' ? '' : '-/';
    return [{ url: `https://${host}/${repository}/${between}commit/${id}.patch`, origin: 'upstream' }];
  });
  return [...new Map(links.map((link) => [link.url, link])).values()].slice(0, mostLinks);
}

/** `github.com/owner/name` of the sources and the homepage. */
function repositoriesOf({ sources, homepage }: Pick<Instance, 'sources' | 'homepage'>): ReadonlySet<string> {
  const urls = [...sources.flatMap((source) => source.urls), ...(homepage === null ? [] : [homepage])];
  return new Set(
    urls.flatMap((url) => {
      const [, host = '', owner = '', name = ''] = /^https:\/\/([^/]+)\/([^/]+)\/([^/?#]+)/.exec(url) ?? [];
      return name === '' ? [] : [`${host}/${owner}/${name.replace(/\.git$/, '')}`.toLowerCase()];
    }),
  );
}
