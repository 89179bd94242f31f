import type { Review } from '../../pipeline/changes/index.ts';

/** What a step brings, in a line: `nginx: fix CVE-2026-42945 and 3 more commits`; by its number until that is known. */
export function reviewTitle({ id, examination }: Review): string {
  const subject = examination?.commits[0]?.subject.trim();
  if (examination === null || subject === undefined || subject === '') return `Review ${id}`;
  const others = examination.commitCount - 1;
  return others <= 0 ? subject : `${subject} and ${others} more ${others === 1 ? 'commit' : 'commits'}`;
}
