import { assertNever } from '../../foundation/assert-never.ts';
import { toIso } from '../../foundation/clock.ts';
import { someOf } from '../../foundation/some-of.ts';
import type { Finding } from '../../pipeline/findings/index.ts';
import type { Match } from '../../pipeline/matching/index.ts';
import type { CveReads, FindingRow } from '../ports.ts';

/** The four answers; `unknown` where nobody can give one yet. */
export type AnswerKind = 'affected' | 'fixed' | 'not_affected' | 'under_investigation' | 'unknown';

export interface AnswerLine {
  readonly attr: string;
  readonly channel: string;
  readonly version: string;
  readonly kind: AnswerKind;
  readonly because: string;
  readonly advice: string;
  readonly finding: Finding | null;
  /** The id that it is published under. */
  readonly publishedAs: string | null;
  readonly match: Match | null;
}

export interface Answer {
  readonly kind: AnswerKind;
  readonly headline: string;
  readonly advice: string;
  readonly lines: readonly AnswerLine[];
}

const order: readonly AnswerKind[] = ['affected', 'under_investigation', 'unknown', 'fixed', 'not_affected'];

/** "Are we affected?" for one vulnerability: the worst line decides. Silence of the feeds is never "not affected". */
export function answerOf(id: string, reads: CveReads): Answer {
  const lines = linesOf(reads);
  const worst = lines[0]?.kind;
  if (worst !== undefined) return { kind: worst, ...wordsOf(worst, lines), lines };
  const { advisory, feedsSyncedAt, staleSince, coveredPackages } = reads;
  if (advisory === null || feedsSyncedAt === null || staleSince !== null || coveredPackages === 0) {
    return { kind: 'unknown', headline: 'No answer yet', advice: unknownAdvice(id, reads), lines };
  }
  if (advisory.state === 'withdrawn') {
    return {
      kind: 'not_affected',
      headline: 'Not affected',
      advice: 'The vulnerability was withdrawn by those who reported it. Nothing to do.',
      lines,
    };
  }
  const advice = `No record of it names any of the ${coveredPackages} packages that are watched. Nothing to do.`;
  return { kind: 'not_affected', headline: 'Not affected', advice, lines };
}

function linesOf(reads: CveReads): readonly AnswerLine[] {
  const key = (entry: { readonly attr: string; readonly channel: string }) =>
    JSON.stringify([entry.attr, entry.channel]);
  const matches = new Map(reads.matches.map((match) => [key(match), match]));
  const found = new Set(reads.findings.map(({ finding }) => key(finding)));
  const lines = [
    ...reads.findings.map((row) => lineOfFinding(row, matches.get(key(row.finding)) ?? null)),
    ...reads.matches.filter((match) => !found.has(key(match))).map(lineOfMatch),
  ];
  return lines.sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind) || (key(a) < key(b) ? -1 : 1));
}

function lineOfFinding({ finding, publishedAs = null }: FindingRow, match: Match | null): AnswerLine {
  const line = {
    attr: finding.attr,
    channel: finding.channel,
    version: finding.version,
    because: finding.explanation,
    finding,
    publishedAs,
    match,
  };
  const fixedVersion = finding.fixedVersion ?? 'a patched build';
  switch (finding.state) {
    case 'open':
      return {
        ...line,
        kind: 'affected',
        advice: match?.fixedIn
          ? `Upstream fixed it in ${match.fixedIn}; the fix is not in this channel yet.`
          : 'A fix is being made; nothing to run yet.',
      };
    case 'under_investigation':
      return {
        ...line,
        kind: 'under_investigation',
        advice: 'The evidence is not conclusive. A person is looking at it.',
      };
    case 'fixed':
      return finding.releasedAt === null
        ? {
            ...line,
            kind: 'affected',
            advice: `Fixed on the channel with ${fixedVersion}; the next release carries it.`,
          }
        : {
            ...line,
            kind: 'fixed',
            version: finding.fixedVersion ?? finding.version,
            advice: `Fixed with ${fixedVersion}. A lock older than that release needs nix flake update.`,
          };
    case 'not_affected':
      return { ...line, kind: 'not_affected', advice: 'Nothing to do.' };
    case 'retracted':
      return { ...line, kind: 'not_affected', advice: 'The report no longer speaks of this version. Nothing to do.' };
    default:
      return assertNever(finding.state);
  }
}

function lineOfMatch(match: Match): AnswerLine {
  const line = {
    attr: match.attr,
    channel: match.channel,
    version: match.version,
    because: match.explanation,
    finding: null,
    publishedAs: null,
    match,
  };
  switch (match.status) {
    case 'affected':
      return {
        ...line,
        kind: 'affected',
        advice: match.fixedIn ? `Upstream fixed it in ${match.fixedIn}.` : 'A fix is being looked for.',
      };
    case 'under_investigation':
      return { ...line, kind: 'under_investigation', advice: 'The evidence is not conclusive.' };
    case 'fixed':
      return { ...line, kind: 'fixed', advice: 'The version carried holds the fix.' };
    case 'not_affected':
      return { ...line, kind: 'not_affected', advice: 'Nothing to do.' };
    default:
      return assertNever(match.status);
  }
}

function wordsOf(
  kind: AnswerKind,
  lines: readonly AnswerLine[],
): { readonly headline: string; readonly advice: string } {
  const names = [...new Set(lines.filter((line) => line.kind === kind).map((line) => line.attr))];
  const listed = someOf(names, 3);
  switch (kind) {
    case 'affected': {
      const onChannel = lines.some((line) => line.kind === 'affected' && line.finding?.state === 'fixed');
      return {
        headline: 'Affected',
        advice: onChannel
          ? `${listed}: the fix is made and waits for the next release.`
          : `${listed}: no release holds a fix yet.`,
      };
    }
    case 'under_investigation':
      return {
        headline: 'Under investigation',
        advice: `${listed}: a person has to look before there is a yes or no.`,
      };
    case 'fixed':
      return {
        headline: 'Fixed',
        advice: `${listed}: the newest release holds the fix. Run nix flake update where a lock is older.`,
      };
    case 'not_affected':
      return { headline: 'Not affected', advice: `${listed}: looked at, and not affected. Nothing to do.` };
    case 'unknown':
      return { headline: 'No answer yet', advice: 'Nothing is known about it here yet.' };
    default:
      return assertNever(kind);
  }
}

function unknownAdvice(id: string, reads: CveReads): string {
  if (!/^[A-Z][A-Z0-9]*-[A-Za-z0-9:._-]+$/i.test(id))
    return 'That is not the form of a vulnerability id. One looks like CVE-2024-3094 or GHSA-rxwq-x6h5-x525.';
  if (reads.feedsSyncedAt === null)
    return 'No feed has been read yet. Ask again once the feeds page shows a first sync.';
  if (reads.coveredPackages === 0)
    return 'No covered package has been evaluated yet, so it was held against nothing. Ask again after the first snowguard scan.';
  if (reads.staleSince !== null)
    return `No feed was read since ${toIso(reads.staleSince)}: silence of them says nothing. Ask again after the next sync.`;
  return 'No feed that is read here carries this id. It may be reserved, very new or mistyped. It will be matched as soon as one feed publishes it.';
}
