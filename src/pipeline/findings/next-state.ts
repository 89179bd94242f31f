import type { Match } from '../matching/index.ts';
import type { FindingState } from './model.ts';

/** What became of a finding's match: `null` where the matcher no longer lists it. */
export interface Seen {
  readonly match: Match | null;
  /** Whether the package's version or patches differ from when the finding was last looked at. */
  readonly packageChanged: boolean;
  /** No source asserts the record any more: a person decides what that means. */
  readonly withdrawn: boolean;
  /** Two people said that the package is not affected, and what they said still holds for it. */
  readonly verdictHolds: boolean;
  /** A person determined that the package is affected: doubt of the matcher does not undo that. */
  readonly determined: boolean;
  /** A person said that the fix did not hold: an unchanged package does not settle that. */
  readonly doubted: boolean;
}

/**
 * The state that follows. A flaw that is gone because the package changed was fixed; gone from an unchanged package, the
 * record was wrong about it. Nothing turns a fixed finding into anything but open.
 */
export function nextState(
  state: FindingState,
  { match, packageChanged, withdrawn, verdictHolds, determined, doubted }: Seen,
): FindingState {
  if (verdictHolds || withdrawn) return state;
  if (match?.status === 'affected') return 'open';
  if (match?.status === 'under_investigation') return determined ? 'open' : 'under_investigation';
  if (!isLive(state)) return state;
  if (packageChanged) return 'fixed';
  if (doubted) return state;
  return match === null ? 'retracted' : 'not_affected';
}

/** Somebody has work with it. */
export function isLive(state: FindingState): boolean {
  return state === 'open' || state === 'under_investigation';
}
