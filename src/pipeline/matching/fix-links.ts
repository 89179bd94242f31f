import type { AdvisoryFacts } from '../advisories/index.ts';

/** A commit that fixes a vulnerability. */
export interface FixCommit {
  /** At least 12 hexadecimal digits, in lower case. */
  readonly commitId: string;
  /** Where it can be read as a patch; null where nothing tells the address. */
  readonly url: string | null;
}

type Told = Pick<AdvisoryFacts, 'references' | 'records'>;

const known = new WeakMap<Told, readonly FixCommit[]>();

/** The commits of the fix: those that references link, and those that end ranges of commits, each once. */
export function fixCommitsOf(advisory: Told): readonly FixCommit[] {
  const before = known.get(advisory);
  if (before !== undefined) return before;
  const byId = new Map<string, FixCommit>();
  const links = typeof advisory.references === 'function' ? advisory.references() : advisory.references;
  for (const fix of [...links.flatMap(linkedCommit), ...endsOfRanges(advisory)])
    if (byId.get(fix.commitId)?.url == null) byId.set(fix.commitId, fix);
  const commits = [...byId.values()];
  known.set(advisory, commits);
  return commits;
}

const forges = String.raw`https://(?:github\.com|gitlab\.[\w.-]+|codeberg\.org|salsa\.debian\.org)/[\w./-]+?`;
const forgeCommit = new RegExp(`^(${forges})(?:/-)?/(?:pull/\\d+/)?commits?/([0-9a-f]{12,40})(?![0-9a-z])`, 'i');
/** `…/linux.git/commit/?id=<id>` of cgit. */
const cgitCommit =
  /^(https:\/\/[\w./~-]+?)\/(?:commit|patch|diff|c)\/?(?:[\w./-]*)\?(?:[^#]*&)?id=([0-9a-f]{12,40})(?![0-9a-z])/i;
/** `https://sourceware.org/git/?p=glibc.git;a=commit;h=<id>` of gitweb. */
const gitwebCommit =
  /^(https:\/\/[\w./-]+\?p=[\w./-]+?)[;&]a=(?:commit|commitdiff|patch)[;&]h=([0-9a-f]{12,40})(?![0-9a-z])/i;
const anyCommit = /(?:\/commits?\/|[?&;](?:id|h)=)([0-9a-f]{12,40})(?![0-9a-z])/i;

function linkedCommit(link: string): readonly FixCommit[] {
  const [, repository, forgeId] = forgeCommit.exec(link) ?? [];
  if (repository !== undefined && forgeId !== undefined) return [onForge(repository, forgeId)];
  const [, cgit, cgitId] = cgitCommit.exec(link) ?? [];
  if (cgit !== undefined && cgitId !== undefined) return [fix(cgitId, `${cgit}/patch/?id=${cgitId}`)];
  const [, gitweb, gitwebId] = gitwebCommit.exec(link) ?? [];
  if (gitweb !== undefined && gitwebId !== undefined) return [fix(gitwebId, `${gitweb};a=patch;h=${gitwebId}`)];
  const [, id] = anyCommit.exec(link) ?? [];
  return id === undefined ? [] : [fix(id, null)];
}

function endsOfRanges({ records }: Told): readonly FixCommit[] {
  return records
    .flatMap(({ affected }) => affected)
    .filter(({ scheme }) => scheme === 'git')
    .flatMap(({ identity, ranges, unaffected }) =>
      [
        ...ranges.flatMap(({ hi, hiInclusive }) => (hi === null || hiInclusive ? [] : [hi])),
        ...unaffected.flatMap(({ lo, loInclusive }) => (lo !== null && loInclusive ? [lo] : [])),
      ]
        .filter((id) => /^[0-9a-f]{12,40}$/i.test(id))
        .map((id) => {
          const url = identity.kind === 'repository' ? identity.url.replace(/\.git$|\/+$/g, '') : '';
          return new RegExp(`^${forges}$`, 'i').test(url) ? onForge(url, id) : fix(id, null);
        }),
    );
}

function onForge(repository: string, id: string): FixCommit {
  const between = /^https:\/\/(?:github\.com|codeberg\.org)\//i.test(repository) ? '' : '/-';
  return fix(id, `${repository}${between}/commit/${id}.patch`);
}

function fix(id: string, url: string | null): FixCommit {
  return { commitId: id.toLowerCase(), url };
}
