import { compareVersions } from '../../formats/versions/index.ts';
import type { AdvisoryFacts } from '../advisories/index.ts';
import { packageOfStatement } from '../feeds/index.ts';
import type { Package } from './package-of.ts';

/** A distribution fixed it in its build of the same software, and nothing shows that ours has the fix. */
export interface FixedElsewhere {
  readonly source: string;
  readonly recordId: string;
  /** The upstream version that the fix came with; null where it came as a patch on the version that we carry. */
  readonly fixedIn: string | null;
  readonly because: string;
}

/**
 * Only what speaks plainly: every distribution that names the version of its fix took a newer one than ours, or patched
 * the very version that we carry, and none says that a build of it never had the flaw or that it hardly is one.
 */
export function fixedElsewhere(carried: Package, advisory: AdvisoryFacts): FixedElsewhere | null {
  const { version, names, ecosystem, mappings } = carried;
  // Of snapshots and dates no number tells; the kernel's branches each have their fix; languages have registries.
  if (version.kind !== 'version' || version.snapshot || ecosystem !== null) return null;
  if (advisory.disputed || mappings.some(({ product }) => product === 'linux_kernel')) return null;
  let found: FixedElsewhere | null = null;
  for (const { source, recordId, state, statements } of advisory.records) {
    if (state !== 'active') continue;
    for (const { product, status, version: theirs, text } of statements) {
      if (!names.includes(packageOfStatement(product))) continue;
      if (status === 'not_affected' || /\b(?:unimportant|negligible)\b/i.test(text ?? '')) return null;
      const build = status === 'fixed' && theirs !== null ? upstreamOf(theirs) : null;
      const order = build === null ? null : compareVersions('generic', build.upstream, version.text);
      if (build === null || order === null) continue;
      // The first build of a version that we have, or are past: the fix came from upstream.
      if (order <= 0 && build.isFirst) return null;
      if (order < 0) continue;
      const because = `${source} fixed it in ${product} with ${theirs}, ${order > 0 ? 'which is newer' : 'a patch on this version'}`;
      const fixedIn = order > 0 ? build.upstream : null;
      if (found === null || isSooner(fixedIn, found.fixedIn)) found = { source, recordId, fixedIn, because };
    }
  }
  return found;
}

/** The smallest version that helps, and any version before a patch that somebody has to carry. */
function isSooner(a: string | null, b: string | null): boolean {
  if (a === null || b === null) return b === null && a !== null;
  return (compareVersions('generic', a, b) ?? 0) < 0;
}

/** `2:1.4.2+dfsg-1~deb12u1`, `1.4.2-r0`, `0:1.4.2-1.el9`: what upstream calls it, and whether it is the first build of that. */
function upstreamOf(version: string): { readonly upstream: string; readonly isFirst: boolean } | null {
  const [, upstream, revision = ''] =
    /^(?:\d+:)?([^~+-]*\d[^~+-]*)(?:[~+][^-]*)?(?:-(.*))?$/.exec(version.trim()) ?? [];
  if (upstream === undefined) return null;
  return { upstream, isFirst: /^(?:|r?[01](?:\.(?:el|fc)\d+)?(?:~.*)?|0ubuntu1)$/.test(revision) };
}
