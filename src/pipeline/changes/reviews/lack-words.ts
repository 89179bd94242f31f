import type { Lack } from './decide.ts';

/** What a review waits for, for a person. */
export const lackWords: Readonly<Record<Lack, string>> = {
  examination: 'it is still being examined',
  gates: 'a gate failed: one who leads security has to approve with a reason',
  'two-reviewers': 'two people have to approve it',
  'second-reviewer': 'one more person has to approve it',
  'security-lead': 'one of them has to lead security',
  reason: 'each has to say why',
};
