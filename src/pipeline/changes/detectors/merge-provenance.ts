import type { CompromiseWindow, Detector, ExaminedCommit, HitSeverity } from './detector.ts';

/** Nobody but its author stood behind a commit, or somebody whose account was not theirs alone. */
export const mergeProvenance: Detector = {
  id: 'D12',
  name: 'merge-provenance',
  title: 'Merged on one word',
  needs: ['commits'],
  examine: ({ commits, windows }) =>
    (commits ?? []).flatMap((commit) => {
      const account = windows.flatMap((window) => actedWithin(commit, window))[0];
      const severity: HitSeverity = account === undefined ? 'high' : 'critical';
      const reasons = [
        ...(account === undefined ? [] : [`${account} acted while the account was open to others`]),
        ...weaknessesOf(commit),
      ];
      return reasons.map((reason) => ({
        attr: null,
        systems: [],
        says: `${commit.id.slice(0, 12)} "${commit.subject.slice(0, 80)}": ${reason}`,
        severity,
      }));
    }),
};

function weaknessesOf({ request, author }: ExaminedCommit): readonly string[] {
  if (request === undefined) return [];
  if (request === null) return ['it came without a pull request'];
  if (request.backportOf !== null) return [];
  const merger = request.mergedFor ?? request.mergedBy;
  const others = request.approvals.filter(({ by }) => by !== author && by !== request.openedBy);
  const last = Math.max(...others.map(({ at }) => at), Number.NEGATIVE_INFINITY);
  return [
    ...(merger === author || merger === request.openedBy ? [`${merger} merged their own`] : []),
    ...(others.length === 0 ? ['nobody else approved it'] : []),
    ...(others.length > 0 && last < request.lastPushedAt ? ['it was changed after the last approval'] : []),
    ...(request.forcePushedAt !== null && request.forcePushedAt > last && others.length > 0
      ? ['the branch was rewritten after the approval']
      : []),
    ...(request.isFirstOfAuthor ? [`it is the first of ${request.openedBy}`] : []),
  ];
}

/** Every account that had a part in a commit, with when. */
export function actsOf(
  commit: ExaminedCommit,
): readonly { readonly account: string; readonly role: string; readonly at: number }[] {
  const { request, others = [], committedAt: at } = commit;
  return [
    { account: commit.author, role: 'author', at },
    { account: commit.committer, role: 'committer', at },
    ...others,
    ...(request == null
      ? []
      : [
          { account: request.openedBy, role: 'opened the request', at: request.openedAt },
          { account: request.mergedBy, role: 'merged', at: request.mergedAt },
          ...(request.mergedFor === null
            ? []
            : [
                {
                  account: request.mergedFor,
                  role: 'commanded the merge',
                  at: request.commandedAt ?? request.mergedAt,
                },
              ]),
          ...request.approvals.map((approval) => ({ account: approval.by, role: 'approved', at: approval.at })),
        ]),
  ];
}

function actedWithin(commit: ExaminedCommit, { accounts, from, to }: CompromiseWindow): readonly string[] {
  return actsOf(commit)
    .filter(({ account, at }) => accounts.includes(account) && at >= from && (to === null || at <= to))
    .map(({ account }) => account);
}
