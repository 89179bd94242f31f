import type { Source } from '../../catalog/index.ts';

/** Hosts where owner and repository say who answers. */
export const forges = new Set(['github.com', 'gitlab.com', 'codeberg.org', 'bitbucket.org', 'git.sr.ht']);
/** Hosts that serve the archives and raw files of a forge. */
const forgeHosts = new Map([
  ['codeload.github.com', 'github.com'],
  ['raw.githubusercontent.com', 'github.com'],
]);

/** Where a source comes from. `mirror://gnu/…` is Nixpkgs' own list of hosts and counts as one place. */
export interface SourcePlace {
  readonly scheme: string;
  readonly host: string;
  /** `owner/repository` on a forge, lower case; empty elsewhere. */
  readonly project: string;
  /** A file that people uploaded, an archive that the forge makes of a tag, or of a commit. */
  readonly form: 'file' | 'tag' | 'commit';
}

export function placeOf(source: Pick<Source, 'urls' | 'rev' | 'tag'>): SourcePlace | null {
  const [first] = source.urls;
  if (first === undefined || !URL.canParse(first)) return null;
  const url = new URL(first);
  const host = forgeHosts.get(url.hostname) ?? url.hostname;
  const [owner = '', repository = '', ...rest] = url.pathname.split('/').filter((part) => part !== '');
  const isForge = forges.has(host);
  return {
    scheme: url.protocol.slice(0, -1),
    host,
    project: isForge ? `${owner}/${repository.replace(/\.git$/, '')}`.toLowerCase() : '',
    form: isForge ? formOf(source, rest) : 'file',
  };
}

function formOf({ rev, tag }: Pick<Source, 'rev' | 'tag'>, rest: readonly string[]): SourcePlace['form'] {
  if (rest[0] === 'releases') return 'file';
  const reference = tag ?? rev ?? rest.at(-1)?.replace(/\.(tar\.\w+|zip|tgz)$/, '') ?? '';
  return tag === null && /^[0-9a-f]{40}$/.test(reference) ? 'commit' : 'tag';
}

export function placeText({ scheme, host, project }: SourcePlace): string {
  return `${scheme === 'https' ? '' : `${scheme}://`}${host}${project === '' ? '' : `/${project}`}`;
}
