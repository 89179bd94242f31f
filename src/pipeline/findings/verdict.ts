import { createHash } from 'node:crypto';
import { z } from 'zod';
import { compareNixVersions } from '../../formats/nix/compare-versions.ts';
import type { EpochMs } from '../../foundation/clock.ts';
import { canonicalJson } from '../../foundation/json.ts';

/** Why a flaw does not touch a package, and OpenVEX's word for it. Source: chainguard-dev/advisory-schema and the OpenVEX specification. */
export const verdictReasons = {
  'record-contested': 'vulnerable_code_not_present',
  'component-mismatch': 'component_not_present',
  'version-not-used': 'vulnerable_code_not_present',
  'code-not-included': 'vulnerable_code_not_present',
  'not-in-execution-path': 'vulnerable_code_not_in_execute_path',
  'not-controllable': 'vulnerable_code_cannot_be_controlled_by_adversary',
  'inline-mitigation': 'inline_mitigations_already_exist',
  'build-option-off': 'vulnerable_code_not_present',
  'other-platform-only': 'vulnerable_code_not_present',
} as const;

const reasons = Object.keys(verdictReasons) as [keyof typeof verdictReasons, ...(keyof typeof verdictReasons)[]];
const version = z.string().min(1).max(200);

/** A decision that a package is not affected, and as long as what it holds. */
export const Verdict = z.strictObject({
  reason: z.enum(reasons),
  statement: z.string().trim().min(10).max(4000),
  evidence: z.url({ protocol: /^https?$/ }).max(2000),
  predicate: z.strictObject({
    /** The first version it holds for, and the first one it no longer does; null: unbounded. */
    from: version.nullable(),
    before: version.nullable(),
    /** Patches, by name, without which it does not hold. */
    patches: z.array(z.string().min(1).max(300)).max(100),
    until: z.number().int().nullable(),
  }),
});
export type Verdict = z.infer<typeof Verdict>;

/** What two people sign: equal verdicts on a finding have the same. */
export function contentOf(findingId: string, verdict: Verdict): string {
  return createHash('sha256').update(canonicalJson({ findingId, verdict })).digest('hex');
}

/** Why a verdict does not hold for a package as it is now; null while it does. */
export function lapseOf(
  { predicate }: Verdict,
  now: { readonly version: string; readonly patches: readonly string[]; readonly at: EpochMs },
): 'expired' | 'version_left' | 'patch_gone' | null {
  const { from, before, patches, until } = predicate;
  if (until !== null && now.at >= until) return 'expired';
  if (from !== null && compareNixVersions(now.version, from) < 0) return 'version_left';
  if (before !== null && compareNixVersions(now.version, before) >= 0) return 'version_left';
  return patches.every((patch) => now.patches.includes(patch)) ? null : 'patch_gone';
}
