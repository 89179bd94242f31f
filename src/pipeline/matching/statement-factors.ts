import { compareVersions } from '../../formats/versions/index.ts';
import type { AdvisoryFacts } from '../advisories/index.ts';
import { packageOfStatement } from '../feeds/index.ts';
import type { Factor } from './model.ts';
import type { Package } from './package-of.ts';

const none: readonly Factor[] = [];

/** The words of other distributions on their builds of the same software: quoted, never deciding. At most one counts of each kind. */
export function statementFactors(carried: Package, advisory: AdvisoryFacts): readonly Factor[] {
  // Few advisories have any, and this is asked of each.
  if (advisory.records.every(({ statements }) => statements.length === 0)) return none;
  const found = new Map<string, Factor>();
  const add = (kind: string, value: number, because: string) => {
    if (!found.has(kind)) found.set(kind, { value, because });
  };
  for (const { source, statements } of advisory.records) {
    for (const { product, status, version, justification, text } of statements) {
      if (!carried.names.includes(packageOfStatement(product))) continue;
      if (status === 'not_affected' && (justification !== null || version === '0'))
        add('not-affected', 0.5, `${source} says not affected: ${justification ?? 'never was'}`);
      if (/\b(?:unimportant|negligible)\b/i.test(text ?? '')) add('unimportant', 0.8, `${source} rates it unimportant`);
      if (status === 'fixed' && version !== null && isFixedUpstream(version, carried))
        add('fixed-upstream', 0.4, `${source} took the fix with ${version}`);
    }
  }
  return [...found.values()];
}

/** Only the first packaging of an upstream version speaks of upstream: later revisions carry patches of their own. */
function isFixedUpstream(version: string, carried: Package): boolean {
  if (carried.version.kind !== 'version') return false;
  const [, upstream] =
    /^(?:\d+:)?([^~]+?)(?:\+(?:dfsg|ds|really)[^-]*)?-r?[01](?:\.(?:el|fc)\d+)?$/.exec(version) ?? [];
  if (upstream === undefined) return false;
  const order = compareVersions('generic', upstream, carried.version.text);
  return order !== null && order <= 0;
}
