import type { Advisory } from '../advisories/index.ts';
import type { Patch } from '../catalog/index.ts';
import type { PatchEvidence } from './model.ts';
import type { Package } from './package-of.ts';

const cveId = /CVE[-_ ]?(\d{4})[-_](\d{4,7})(?!\d)/gi;
const ghsaId = /GHSA(?:-[23456789cfghjmpqrvwx]{4}){3}/gi;
const commitId = /[0-9a-f]{12,40}/g;
const revertedCommit = /\brevert(?:s|ed)? commit ([0-9a-f]{12,40})/gi;
/** As much of a patch as can hold its headers and the changelog entries of a roll-up. */
const longestContent = 400_000;

interface Claims {
  readonly ids: ReadonlySet<string>;
  readonly commits: readonly string[];
}

const claimsOfPatches = new WeakMap<Patch, Claims>();
const fixCommitsOfAdvisories = new WeakMap<Pick<Advisory, 'references' | 'records'>, readonly string[]>();

/** Whether the package's patches fix the vulnerability. The advisory's references may name the commit of the fix. */
export function patchEvidence(
  { instances }: Pick<Package, 'instances'>,
  advisory: Pick<Advisory, 'id' | 'aliases' | 'references' | 'records'>,
): PatchEvidence {
  if (instances.every(({ patches }) => patches.length === 0)) return { state: 'none', patches: [] };
  const fixCommits = fixCommitsOf(advisory);
  const wanted = [advisory.id, ...advisory.aliases].map((id) => id.toUpperCase());
  const found = instances.map(({ patches }) =>
    patches.flatMap((patch) => {
      if (patch.reverts) return [];
      const claims = claimsOf(patch);
      const verified = fixCommits.some((fix) => claims.commits.some((commit) => isSameCommit(commit, fix)));
      return verified || wanted.some((id) => claims.ids.has(id)) ? [{ name: patch.name, verified }] : [];
    }),
  );
  const patched = found.filter((patches) => patches.length > 0);
  const patches = [...new Set(patched.flat().map(({ name }) => name))];
  if (patched.length === 0) return { state: 'none', patches };
  if (patched.length < instances.length) return { state: 'mixed', patches };
  return { state: patched.every((own) => own.some(({ verified }) => verified)) ? 'verified' : 'claimed', patches };
}

/** The commits of the fix: those that references link (`/commit/<id>`, `?id=<id>`, `;h=<id>`), and where ranges of commits end. */
function fixCommitsOf(advisory: Pick<Advisory, 'references' | 'records'>): readonly string[] {
  const known = fixCommitsOfAdvisories.get(advisory);
  if (known !== undefined) return known;
  const linked = advisory.references.flatMap((url) => {
    const [, id] = /(?:\/commits?\/|[?&;](?:id|h)=)([0-9a-f]{12,40})(?![0-9a-z])/i.exec(url) ?? [];
    return id === undefined ? [] : [id.toLowerCase()];
  });
  const ends = advisory.records
    .flatMap(({ affected }) => affected)
    .filter(({ scheme }) => scheme === 'git')
    .flatMap(({ ranges, unaffected }) => [
      ...ranges.flatMap(({ hi, hiInclusive }) => (hi === null || hiInclusive ? [] : [hi])),
      ...unaffected.flatMap(({ lo, loInclusive }) => (lo !== null && loInclusive ? [lo] : [])),
    ])
    .filter((id) => /^[0-9a-f]{12,40}$/.test(id));
  const commits = [...new Set([...linked, ...ends])];
  fixCommitsOfAdvisories.set(advisory, commits);
  return commits;
}

function claimsOf(patch: Patch): Claims {
  const known = claimsOfPatches.get(patch);
  if (known !== undefined) return known;
  const text = [patch.name, patch.path ?? '', ...patch.urls, (patch.content ?? '').slice(0, longestContent)].join('\n');
  // The opposite of a fix: the id stands in the name and the text all the same.
  const undone = new Set([...text.matchAll(revertedCommit)].map(([, id]) => id));
  const claims = {
    ids: new Set([
      ...[...text.matchAll(cveId)].map(([, year, number]) => `CVE-${year}-${number}`),
      ...[...text.matchAll(ghsaId)].map(([id]) => id.toUpperCase()),
    ]),
    commits: [...new Set(text.match(commitId) ?? [])].filter((id) => !undone.has(id)),
  };
  claimsOfPatches.set(patch, claims);
  return claims;
}

function isSameCommit(a: string, b: string): boolean {
  return a.startsWith(b) || b.startsWith(a);
}
