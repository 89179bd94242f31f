import { provable, readableFixes, readFixes } from '../../pipeline/matching/index.ts';
import { channelOf, type JobHandler } from './job.ts';

/** Forges are asked little at a time; what is left over waits for the next matches. */
const mostAtOnce = 100;

/** Patches that only claim a fix are held against the commit that is the fix; queued only where the settings say so. */
export const readFixesJob: JobHandler = async ({ context, subject, signal }) => {
  const { catalog, matches, advisories, fixes, fetcher, clock } = context;
  const evaluation = await catalog.latestEvaluation(channelOf(context, subject).id);
  if (evaluation === null) return;
  const asked = provable(await matches.matchesOf(subject), await catalog.instancesOf(evaluation.id));
  const known = await advisories.byIds([...new Set(asked.map(({ advisoryId }) => advisoryId))]);
  const unread = await fixes.unread(readableFixes(known.values()), clock.now());
  if (unread.length === 0) return;
  const readings = await readFixes({ fetcher, fixes: unread.slice(0, mostAtOnce), signal });
  await fixes.record(readings, clock.now());
};
