import type { AdvisoryFacts } from '../advisories/index.ts';
import type { Patch } from '../catalog/index.ts';
import { changeKeys, type FixChanges } from './fix-changes.ts';
import { type FixCommit, fixCommitsOf } from './fix-links.ts';
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

const unpatched: PatchEvidence = { state: 'none', patches: [] };
const claimsOfPatches = new WeakMap<Patch, Claims>();
const keysOfPatches = new WeakMap<Patch, readonly string[]>();

/**
 * Whether the package's patches fix the vulnerability: verified where they name a commit of the fix or change just what
 * it changes, claimed where they only name the vulnerability.
 */
export function patchEvidence(
  { instances }: Pick<Package, 'instances'>,
  advisory: Pick<AdvisoryFacts, 'id' | 'aliases' | 'references' | 'records'>,
  changes: FixChanges,
): PatchEvidence {
  if (instances.every(({ patches }) => patches.length === 0)) return unpatched;
  const isFixTold = changes.size > 0 || instances.some(({ patches }) => patches.some(namesCommit));
  const fixes = isFixTold ? fixCommitsOf(advisory) : [];
  const wanted = [advisory.id, ...advisory.aliases].map((id) => id.toUpperCase());
  const found = instances.map(({ patches }) => {
    const own = patches.filter(({ reverts }) => reverts !== true);
    const equal = equalTo(own, fixes, changes);
    return own.flatMap((patch) => {
      const claims = claimsOf(patch);
      const isNamed = fixes.some(({ commitId }) => claims.commits.some((commit) => isSameCommit(commit, commitId)));
      const isEqual = equal.patches.includes(patch);
      if (!isNamed && !isEqual && !wanted.some((id) => claims.ids.has(id))) return [];
      return [{ name: patch.name, verified: isNamed || isEqual, equals: isEqual && !isNamed ? equal.commitId : null }];
    });
  });
  const patched = found.filter((patches) => patches.length > 0);
  const patches = [...new Set(patched.flat().map(({ name }) => name))];
  if (patched.length === 0) return { state: 'none', patches };
  if (patched.length < instances.length) return { state: 'mixed', patches };
  const equals = patched.flat().find((patch) => patch.equals !== null)?.equals ?? null;
  return {
    state: patched.every((own) => own.some(({ verified }) => verified)) ? 'verified' : 'claimed',
    patches,
    ...(equals === null ? {} : { equals }),
  };
}

/** The patches that together change all the code that a fix changes, and nothing else in those files. */
function equalTo(
  patches: readonly Patch[],
  fixes: readonly FixCommit[],
  changes: FixChanges,
): { readonly patches: readonly Patch[]; readonly commitId: string | null } {
  for (const { commitId } of fixes) {
    const wanted = changes.get(commitId) ?? [];
    if (wanted.length === 0) continue;
    const keys = patches.map((patch) => [patch, keysOf(patch)] as const);
    if (!wanted.every((key) => keys.some(([, own]) => own.includes(key)))) continue;
    return {
      patches: keys.filter(([, own]) => own.some((key) => wanted.includes(key))).map(([patch]) => patch),
      commitId,
    };
  }
  return { patches: [], commitId: null };
}

function namesCommit(patch: Patch): boolean {
  return claimsOf(patch).commits.length > 0;
}

function keysOf(patch: Patch): readonly string[] {
  const known = keysOfPatches.get(patch);
  if (known !== undefined) return known;
  const keys = changeKeys(patch.content ?? '');
  keysOfPatches.set(patch, keys);
  return keys;
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
