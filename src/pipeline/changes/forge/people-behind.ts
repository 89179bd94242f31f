import type { HistoryEntry } from '../../../platform/git/index.ts';
import type { ExaminedCommit } from '../detectors/detector.ts';

type Part = NonNullable<ExaminedCommit['others']>[number];

const trailer =
  /^(reviewed|acked|approved|tested|suggested|reported|co-authored|signed-off|merged)-by:[^<\n]{0,200}<([^<>\s]{3,200})>\s*$/gim;
const mostPeople = 200;

/**
 * By commit along the first parents: who wrote and committed what a merge brought in, and who is named at its end. `all` is
 * everything that the step reaches; each commit belongs to the merge that brought it in first.
 */
export function peopleBehind(
  firstParents: readonly HistoryEntry[],
  all: readonly HistoryEntry[],
): ReadonlyMap<string, readonly Part[]> {
  const left = new Map(all.map((commit) => [commit.id, commit]));
  for (const { id } of firstParents) left.delete(id);
  const people = new Map<string, readonly Part[]>();
  for (const commit of [...firstParents].reverse()) {
    const parts = trailersOf(commit);
    const waiting = [...commit.parents.slice(1)];
    for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
      const inner = left.get(id);
      if (inner === undefined) continue;
      left.delete(id);
      waiting.push(...inner.parents);
      const { author, committer, committedAt: at } = inner;
      parts.push({ account: author.email, role: 'wrote what was merged', at });
      parts.push({ account: committer.email, role: 'committed what was merged', at });
      parts.push(...trailersOf(inner));
    }
    const once = new Map(parts.map((part) => [`${part.account} ${part.role}`, part]));
    people.set(commit.id, [...once.values()].slice(0, mostPeople));
  }
  return people;
}

function trailersOf({ body, committedAt: at }: HistoryEntry): Part[] {
  return [...body.matchAll(trailer)].map(([, what = '', account = '']) => ({
    account,
    role: `${what.toLowerCase()} by`,
    at,
  }));
}
