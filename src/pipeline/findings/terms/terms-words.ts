import { toIso } from '../../../foundation/clock.ts';
import { writeDuration } from '../duration.ts';
import type { SlaPolicy } from '../policy.ts';
import type { Terms, TermsFault, TermsStanding } from './model.ts';

/** What changes from one version to the other, a line for each setting: `windows.high.remediation: P15D becomes P10D`. */
export function changedTerms(before: SlaPolicy | null, after: SlaPolicy): readonly string[] {
  const [old, fresh] = [leavesOf(before), leavesOf(after)];
  const paths = [...new Set([...old.keys(), ...fresh.keys()])].sort();
  return paths
    .filter((path) => old.get(path) !== fresh.get(path))
    .map((path) => `${path}: ${old.get(path) ?? 'nothing'} becomes ${fresh.get(path) ?? 'nothing'}`);
}

export function termsName({ id, version }: Pick<SlaPolicy, 'id' | 'version'>): string {
  return `${id} version ${version}`;
}

/** Why a text was not taken, and what to do. */
export const termsFaultWords: Readonly<Record<TermsFault, readonly [message: string, hint: string]>> = {
  version_used: [
    'findings were opened under other terms with this version',
    'Put the old text back, and state the new terms as a higher version.',
  ],
  older_terms: [
    'its effective_from lies before that of the terms in force, so it would never come into effect',
    'Set effective_from to the day from which it is to hold.',
  ],
};

/** How a version came to be in force. */
export function termsOrigin({ basis, proposedBy, takenBy }: Omit<Terms, 'policy'>): string {
  switch (basis) {
    case 'first':
      return 'taken as it was, before approval was asked';
    case 'nobody-to-ask':
      return 'taken as it was, while there were no two policy admins to ask';
    case 'approved':
      return `proposed by ${proposedBy}, approved by ${takenBy}`;
  }
}

/** That the policy file is not what is in force, and what to run; null where it is. */
export function termsNotice(standing: TermsStanding): string | null {
  const { inForce, isInForce, fault, proposal, isAsked } = standing;
  if (inForce === null || isInForce) return null;
  const stays = `${termsName(inForce.policy)} stays in force`;
  if (fault !== null) {
    const [message, hint] = termsFaultWords[fault];
    return `The policy file was edited and cannot take effect: ${message}; ${stays}. ${hint}`;
  }
  if (proposal !== null)
    return `The edited policy file waits for a second policy admin; ${stays}. Read it, then: snowguard policy approve ${proposal.content.slice(0, 16)}`;
  return isAsked
    ? `The policy file was edited and nobody approved it; ${stays}. Two policy admins change it: snowguard policy propose`
    : `The policy file was edited; ${stays} until Snowguard starts again.`;
}

/** Every setting of a version: `windows.high.remediation = P15D`. */
export function writtenTerms(policy: SlaPolicy): readonly string[] {
  return [...leavesOf(policy)].map(([path, value]) => `${path} = ${value}`).sort();
}

/** Settings by their path, as they would be written. */
function leavesOf(policy: SlaPolicy | null): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const visit = (path: string, value: unknown): void => {
    if (value === null || value === undefined) return;
    if (Array.isArray(value) && value.some((item) => typeof item === 'object'))
      for (const [place, item] of value.entries()) visit(`${path}.${place + 1}`, item);
    else if (typeof value === 'object' && !Array.isArray(value))
      for (const [key, item] of Object.entries(value)) visit(path === '' ? key : `${path}.${key}`, item);
    else found.set(path, written(path, value));
  };
  visit('', policy);
  return found;
}

const minute = 60_000;

function written(path: string, value: unknown): string {
  if (path === 'effectiveFrom') return toIso(value as number);
  if (Array.isArray(value)) return `[${value.map((item) => written('', item)).join(', ')}]`;
  // No other number of a policy is as large as the shortest duration.
  return typeof value === 'number' && value >= minute && path !== 'version' ? writeDuration(value) : String(value);
}
