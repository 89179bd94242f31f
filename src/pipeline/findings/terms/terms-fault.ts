import { createHash } from 'node:crypto';
import type { EpochMs } from '../../../foundation/clock.ts';
import { canonicalJson } from '../../../foundation/json.ts';
import type { SlaPolicy } from '../policy.ts';
import { isRenewal } from '../policy-calendar.ts';
import type { TermsFault } from './model.ts';

/** What two people sign: the terms, however the file is laid out. */
export function contentOfTerms(policy: SlaPolicy): string {
  return createHash('sha256').update(canonicalJson(policy)).digest('hex');
}

/** Of all that were put in force, in that order: those that hold now somewhere, and those that will. */
export function termsAt(taken: readonly SlaPolicy[], at: EpochMs): readonly SlaPolicy[] {
  const newest = taken.filter((policy, place) => !taken.slice(place + 1).some((later) => isSameVersion(policy, later)));
  const begun = newest
    .filter(({ effectiveFrom }) => effectiveFrom <= at)
    .sort((a, b) => a.effectiveFrom - b.effectiveFrom);
  // What came into effect before terms for every channel holds nowhere any more.
  const general = begun.findLastIndex(({ channels }) => channels.length === 0);
  return [...begun.slice(Math.max(general, 0)), ...newest.filter(({ effectiveFrom }) => effectiveFrom > at)];
}

/** Why they can never be in force beside these; `used` are the terms that findings were opened under. */
export function faultOfTerms(
  policy: SlaPolicy,
  given: { readonly current: readonly SlaPolicy[]; readonly used: readonly SlaPolicy[]; readonly at: EpochMs },
): TermsFault | null {
  const used = given.used.find((known) => isSameVersion(known, policy));
  if (used !== undefined && contentOfTerms(used) !== contentOfTerms(policy) && !isRenewal(used, policy))
    return 'version_used';
  const isOvertaken = given.current.some(
    (known) =>
      known.effectiveFrom <= given.at && known.effectiveFrom > policy.effectiveFrom && isForSameChannel(known, policy),
  );
  return isOvertaken ? 'older_terms' : null;
}

function isSameVersion(a: SlaPolicy, b: SlaPolicy): boolean {
  return a.id === b.id && a.version === b.version;
}

function isForSameChannel({ channels }: SlaPolicy, other: SlaPolicy): boolean {
  if (channels.length === 0 || other.channels.length === 0) return true;
  return channels.some((channel) => other.channels.includes(channel));
}
