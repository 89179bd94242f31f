import type { EpochMs } from '../../../foundation/clock.ts';
import type { HitSeverity } from '../detectors/detector.ts';
import type { Examination, Review, ReviewAct } from './model.ts';

export type Decision =
  | { readonly kind: 'accepted'; readonly by: readonly string[] }
  /** Accepted by a duty officer alone; without a second approval by then, the channel releases nothing more. */
  | { readonly kind: 'broken-glass'; readonly by: string; readonly secondBy: EpochMs }
  | { readonly kind: 'waiting'; readonly lacks: readonly Lack[] }
  | { readonly kind: 'held'; readonly until: EpochMs }
  | { readonly kind: 'rejected'; readonly by: string };

export type Lack = 'gates' | 'examination' | 'two-reviewers' | 'second-reviewer' | 'security-lead' | 'reason';

const glassMs = 24 * 3_600_000;

/** Whether a review may go in, from its acts alone (REV-02, REV-10 to 12). Acts on another tree count for nothing. */
export function decisionOf(
  review: Pick<Review, 'treeId' | 'author' | 'examination'>,
  acts: readonly ReviewAct[],
  now: EpochMs,
): Decision {
  const { examination } = review;
  if (examination === null) return { kind: 'waiting', lacks: ['examination'] };
  const own = acts.filter(({ treeId }) => treeId === review.treeId);
  const rejected = own.find(({ kind, roles }) => kind === 'rejected' && roles.includes('reviewer'));
  if (rejected !== undefined) return { kind: 'rejected', by: rejected.by };
  const until = heldUntil(own, now);
  if (until !== null) return { kind: 'held', until };
  if (examination.class !== 'people') return { kind: 'accepted', by: ['robot'] };
  // What was opened again is let in anew: whoever did before did not know.
  const fresh = own.slice(own.findLastIndex(({ kind }) => kind === 'reopened') + 1);
  const glass = fresh.find(
    ({ kind, roles, reason }) => kind === 'broke-glass' && roles.includes('duty_officer') && reason.trim() !== '',
  );
  // Who let it in alone is not among those who look at it afterwards.
  const approvals = standingApprovals(fresh).filter(({ by }) => by !== glass?.by);
  // It is about the patches alone: what lies under them unapproved nobody looked at.
  const elsewhere = examination.since === undefined ? carriedFrom(fresh) : [];
  const isCarried = elsewhere.length > 0 && approvals.every(({ by }) => by !== review.author);
  const lacks = [...gatesLacking(approvals, examination), ...lacksOf(approvals, worstOf(examination), isCarried)];
  if (lacks.length === 0)
    return { kind: 'accepted', by: [...new Set([...approvals.map(({ by }) => by), ...elsewhere])] };
  // The glass alone never becomes an approval: what came in by it is gone over by two like everything else.
  if (glass !== undefined) return { kind: 'broken-glass', by: glass.by, secondBy: glass.at + glassMs };
  return { kind: 'waiting', lacks };
}

/** Each reviewer's latest approval that was not withdrawn since. */
export function standingApprovals(acts: readonly ReviewAct[]): readonly ReviewAct[] {
  const standing = new Map<string, ReviewAct>();
  for (const act of acts) {
    if (act.kind === 'approved' && act.roles.includes('reviewer')) standing.set(act.by, act);
    if (act.kind === 'withdrawn') standing.delete(act.by);
  }
  standing.delete('robot');
  return [...standing.values()];
}

/** Who approved the same patches where they went in already; nobody unless that were two. */
function carriedFrom(acts: readonly ReviewAct[]): readonly string[] {
  const people = new Set(acts.filter(({ kind }) => kind === 'carried').map(({ by }) => by));
  return people.size > 1 ? [...people] : [];
}

/**
 * One look at how it fits this tree, by somebody else than who brings it, is enough for patches that two approved before,
 * unless something critical was seen.
 */
function lacksOf(approvals: readonly ReviewAct[], worst: HitSeverity | null, isCarried: boolean): readonly Lack[] {
  const lacks: Lack[] = [];
  const wanted = isCarried && worst !== 'critical' ? 1 : 2;
  if (approvals.length < wanted) lacks.push(wanted - approvals.length === 2 ? 'two-reviewers' : 'second-reviewer');
  if (worst === 'critical' && !approvals.some(({ roles }) => roles.includes('security_lead')))
    lacks.push('security-lead');
  if ((worst === 'critical' || worst === 'high') && approvals.some(({ reason }) => reason.trim() === ''))
    lacks.push('reason');
  return lacks;
}

/** A failed gate keeps a change out, unless one who leads security approves it all the same and says why. */
function gatesLacking(approvals: readonly ReviewAct[], { gates = [] }: Examination): readonly Lack[] {
  if (!gates.some(({ outcome }) => outcome === 'failed')) return [];
  const vouched = approvals.some(({ roles, reason }) => roles.includes('security_lead') && reason.trim() !== '');
  return vouched ? [] : ['gates'];
}

/** The gravest of what was seen; null when nothing was. */
export function worstOf({ hits }: Pick<Examination, 'hits'>): HitSeverity | null {
  return (
    (['critical', 'high', 'info'] as const).find((severity) => hits.some((hit) => hit.severity === severity)) ?? null
  );
}

function heldUntil(acts: readonly ReviewAct[], now: EpochMs): EpochMs | null {
  let until: EpochMs | null = null;
  for (const act of acts) {
    if (act.kind === 'held') until = act.until;
    if (act.kind === 'released') until = null;
  }
  return until !== null && until > now ? until : null;
}

const stampMs = 60_000;
const stampCommits = 1;

/** An approval within a minute of first seeing something of substance (REV-13). */
export function isRubberStamp(examination: Examination, acts: readonly ReviewAct[], by: string, at: EpochMs): boolean {
  if (examination.commitCount + examination.packages.length <= stampCommits) return false;
  const opened = acts.find((act) => act.kind === 'opened' && act.by === by);
  return opened === undefined || at - opened.at < stampMs;
}
