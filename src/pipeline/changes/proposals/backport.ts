import { compareNixVersions } from '../../../formats/nix/compare-versions.ts';
import { versionIn } from '../../../formats/nix/package-edit.ts';
import type { CommitInfo } from '../../../platform/git/index.ts';
import type { ProposalContext, WayOutcome } from './model.ts';
import { fixedVersionOf, trailersOf } from './proposal-text.ts';

const mostCommits = 500;

/** The commit of a newer branch of upstream after which the package has the fix, put onto the channel. */
export async function backport(context: ProposalContext): Promise<WayOutcome> {
  const { git, base, newer, flaws } = context;
  if (newer.length === 0) return { kind: 'not', why: 'no newer branch of upstream is set for the channel' };
  let fitting = 0;
  for (const branch of newer) {
    const since = await git.mergeBase(base, branch.commitId);
    for (const commit of await touching(context, branch.commitId, since)) {
      if (!(await fixesAll(context, commit))) continue;
      fitting++;
      const { subject, body, authorName, authorEmail, committedAt } = commit;
      const trailers = trailersOf({
        flaws,
        origin: 'upstream',
        originUrl: `${branch.name} ${commit.id}`,
        status: 'accepted',
        reason: `upstream has it on ${branch.name}, and not yet on the branch of ${context.channel.id}`,
        dropWhen: null,
      });
      const message = [subject, body, `(cherry picked from commit ${commit.id})\n${trailers}`]
        .filter((part) => part !== '')
        .join('\n\n');
      const text = { message, authorName, authorEmail, at: committedAt };
      const picked = await git.cherryPick({ onto: base, commit, text });
      if (picked.kind === 'picked') return { kind: 'made', commitId: picked.commitId };
    }
  }
  const where = newer.map(({ name }) => name).join(', ');
  return {
    kind: 'not',
    why:
      fitting === 0
        ? `no commit on ${where} brings the package to a version with the fix`
        : `what fits on ${where} conflicts with what the channel carries`,
  };
}

/** Commits that touch the package's file, oldest first; merges are none. */
async function touching(
  { git, file }: ProposalContext,
  reference: string,
  since: string | null,
): Promise<readonly CommitInfo[]> {
  if (since === null) return [];
  const ids = [...(await git.patchIds({ reference, since, paths: [file] })).values()].slice(0, mostCommits);
  const commits = await Promise.all(ids.map((id) => git.commit(id)));
  return commits.filter(({ parents }) => parents.length === 1).sort((a, b) => a.committedAt - b.committedAt);
}

async function fixesAll({ git, file, flaws }: ProposalContext, commit: CommitInfo): Promise<boolean> {
  const [parent = ''] = commit.parents;
  const read = async (reference: string) => (await git.readFile(reference, file))?.toString('utf8') ?? '';
  const [before, after] = [await read(parent), await read(commit.id)];
  const [old, now] = [versionIn(before), versionIn(after)];
  const fixed = fixedVersionOf(flaws);
  if (
    fixed !== null &&
    old !== null &&
    now !== null &&
    compareNixVersions(old, fixed) < 0 &&
    compareNixVersions(now, fixed) >= 0
  )
    return true;
  // A patch named after the id.
  return flaws.every(({ advisoryId, aliases }) =>
    [advisoryId, ...aliases].some((id) => after.includes(id) && !before.includes(id)),
  );
}
