import { compareNixVersions } from '../../../formats/nix/compare-versions.ts';
import type { CommitText } from '../../../platform/git/index.ts';
import type { PatchOrigin, UpstreamStatus } from '../series/model.ts';
import type { FlawToFix } from './model.ts';

/** What a reviewer and the series are told of a proposal; read back by `readTrailers`. */
export interface Evidence {
  readonly flaws: readonly FlawToFix[];
  readonly origin: PatchOrigin;
  readonly originUrl: string;
  readonly status: UpstreamStatus;
  readonly reason: string;
  /** The version with which it is needless. */
  readonly dropWhen: string | null;
}

/** One line a trailer, whatever an advisory or an address holds. */
export function trailersOf({ flaws, origin, originUrl, status, reason, dropWhen }: Evidence): string {
  const lines = [
    ['Fixes', flaws.map(({ advisoryId }) => advisoryId).join(', ')],
    ['Origin', `${origin}, ${originUrl}`],
    ['Upstream-Status', status],
    ['Reason', reason],
    ...(dropWhen === null ? [] : [['Drop-When', dropWhen]]),
  ];
  return lines.map(([name, value = '']) => `${name}: ${value.replaceAll(/\s+/g, ' ').trim().slice(0, 500)}`).join('\n');
}

/** `at` follows from what the proposal stands on: the same proposal is the same commit, and keeps its approvals. */
export function textOf(subject: string, evidence: Evidence, at: number): CommitText {
  return {
    message: `${subject}\n\n${trailersOf(evidence)}\n`,
    authorName: 'Snowguard',
    authorEmail: 'snowguard@localhost',
    at,
  };
}

/** The highest of the versions that have the fixes: with it all of them are in. Null where one is not known. */
export function fixedVersionOf(flaws: readonly FlawToFix[]): string | null {
  const known = flaws.flatMap(({ fixedIn }) => (fixedIn === null ? [] : [fixedIn]));
  return known.length < flaws.length ? null : (known.toSorted(compareNixVersions).at(-1) ?? null);
}
