import { createHash } from 'node:crypto';
import { z } from 'zod';
import { compareNixVersions } from '../../formats/nix/compare-versions.ts';
import type { EpochMs } from '../../foundation/clock.ts';
import { canonicalJson } from '../../foundation/json.ts';
import { type VerdictType, verdictReasons, verdictTypes } from './verdict-types.ts';

const version = z.string().min(1).max(200);
/** As far as dates go. */
export const instant = z.number('is no instant').int().min(0).max(8_640_000_000_000_000);
export const link = z
  .url({ protocol: /^https?$/, error: 'is no web address' })
  .max(2000, 'has more than 2000 characters');

/** A decision that a package is not affected, and as long as what it holds. */
export const Verdict = z
  .strictObject({
    reason: z.enum(verdictReasons),
    statement: z.string().trim().min(10, 'has fewer than 10 characters').max(4000, 'has more than 4000 characters'),
    evidence: link,
    /** What the type of the verdict asks for, by name. */
    details: z
      .record(
        z.string().min(1).max(40),
        z.string().trim().min(3, 'has fewer than 3 characters').max(2000, 'has more than 2000 characters'),
      )
      .default({}),
    predicate: z.strictObject({
      /** The first version it holds for, and the first one it no longer does; null: unbounded. */
      from: version.nullable(),
      before: version.nullable(),
      /** Patches, by name, without which it does not hold. */
      patches: z.array(z.string().min(1).max(300)).max(100),
      /** Attributes of the derivation as they must stay: `version` itself, `sources`, `systems`. Absent from older verdicts. */
      attributes: z.record(z.string().min(1).max(60), z.string().max(4000)).optional(),
      until: instant.nullable(),
    }),
  })
  .superRefine(({ reason, details }, context) => {
    const asked: VerdictType['details'] = verdictTypes[reason].details;
    for (const { name, label } of asked) {
      if (details[name] === undefined)
        context.addIssue({ code: 'custom', path: ['details', name], message: `missing: ${label}` });
    }
    for (const name of Object.keys(details)) {
      if (!asked.some((detail) => detail.name === name))
        context.addIssue({ code: 'custom', path: ['details', name], message: `${reason} asks for no such evidence` });
    }
  });
export type Verdict = z.infer<typeof Verdict>;

/** What two people sign: equal verdicts on a finding have the same. */
export function contentOf(findingId: string, verdict: Verdict): string {
  return createHash('sha256').update(canonicalJson({ findingId, verdict })).digest('hex');
}

export type Lapse = 'expired' | 'version_left' | 'patch_gone' | 'derivation_changed';

/** The attributes that verdicts may hold on to, of a package as its channel carries it now; null: it was never looked at. */
export type DerivationNow = (channel: string, attr: string) => Promise<Readonly<Record<string, string>> | null>;

/** Why a verdict does not hold for a package as it is now; null while it does. */
export function lapseOf(
  { predicate }: Verdict,
  now: {
    readonly version: string;
    readonly patches: readonly string[];
    /** Absent: the derivation was not looked at, and nothing is known against it. */
    readonly attributes?: Readonly<Record<string, string>> | undefined;
    readonly at: EpochMs;
  },
): Lapse | null {
  const { from, before, patches, attributes = {}, until } = predicate;
  if (until !== null && now.at >= until) return 'expired';
  if (from !== null && compareNixVersions(now.version, from) < 0) return 'version_left';
  if (before !== null && compareNixVersions(now.version, before) >= 0) return 'version_left';
  if (!patches.every((patch) => now.patches.includes(patch))) return 'patch_gone';
  const { version: exactly, ...others } = attributes;
  if (exactly !== undefined && exactly !== now.version) return 'version_left';
  const seen = now.attributes;
  if (seen === undefined) return null;
  return Object.entries(others).every(([name, value]) => seen[name] === value) ? null : 'derivation_changed';
}
