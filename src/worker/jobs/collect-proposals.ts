import { proposeStep } from '../../pipeline/changes/index.ts';
import type { JobHandler } from './job.ts';

const pushed = /^refs\/namespaces\/([^/]+)\/refs\/for\/(.+)$/;

/** What people pushed to `refs/for/<channel>` becomes a review each. A push stays where it lies until it is one. */
export const collectProposalsJob: JobHandler = async ({ context }) => {
  const { git, incoming, reviews, changes, series, clock, log } = context;
  for (const { ref, commitId } of await incoming.refs('refs/namespaces/')) {
    const [, author = '', id = ''] = pushed.exec(ref) ?? [];
    const channel = context.channels.find((kept) => kept.id === id);
    if (channel !== undefined) {
      await git.takeRef({ directory: incoming.directory, ref, into: `refs/proposals/${author}/${commitId}` });
      const outcome = await proposeStep({
        git,
        reviews,
        changes,
        series,
        channel,
        clock,
        target: commitId,
        how: 'fix',
        author,
      });
      if (outcome.kind === 'conflict')
        log.warn('a proposal does not merge with the channel: push it anew on its head', {
          channel: id,
          author,
          paths: outcome.paths.slice(0, 20),
        });
    }
    await incoming.deleteRef(ref, commitId);
  }
};
