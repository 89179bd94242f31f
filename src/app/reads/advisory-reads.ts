import type { AdvisoryRow, CveReads, FeedSubject, Page, TextQuery } from '../../http/index.ts';
import { bandRank, type SyndicatedAdvisory } from '../../pipeline/alerts/index.ts';
import type { ClockedFinding, Finding } from '../../pipeline/findings/index.ts';
import type { WalkContext } from '../../worker/index.ts';
import { feedsSyncedAt } from './feed-reads.ts';

const mostSyndicated = 50;

export async function advisoryPage(
  { advisories, findings }: WalkContext,
  query: TextQuery,
): Promise<Page<AdvisoryRow>> {
  const page = await advisories.list(query);
  const found = await findings.byAdvisories(page.items.map(({ id }) => id));
  const byAdvisory = Map.groupBy(found, ({ finding }) => finding.advisoryId);
  return {
    ...page,
    items: page.items.map((advisory) => {
      const own = (byAdvisory.get(advisory.id) ?? []).map(({ finding }) => finding);
      return { advisory, findings: own.length, openFindings: own.filter(isOpen).length };
    }),
  };
}

function isOpen({ state }: Finding): boolean {
  return state === 'open' || state === 'under_investigation';
}

/** All that is known of one vulnerability, by any of its ids. */
export async function cveReads(context: WalkContext, id: string): Promise<CveReads> {
  const advisory = await context.advisories.byId(id);
  const ids = advisory === null ? [id] : [advisory.id, ...advisory.aliases];
  const [matches, findings, covered, syncedAt] = await Promise.all([
    advisory === null ? [] : context.matches.matchesOfAdvisory(advisory.id),
    context.findings.byAdvisories(ids),
    context.catalog.covered(),
    feedsSyncedAt(context),
  ]);
  return { advisory, matches, findings, coveredPackages: covered.length, feedsSyncedAt: syncedAt };
}

/** Advisories that touch what is carried and what a feed is about, last changed first. */
export async function syndicated(context: WalkContext, subject: FeedSubject): Promise<readonly SyndicatedAdvisory[]> {
  const { advisories } = context;
  const all = (await findingsAbout(context, subject)).filter((row) => concerns(subject, row));
  const groups = [
    ...Map.groupBy(
      all.map(({ finding }) => finding),
      ({ advisoryId }) => advisoryId,
    ),
  ]
    .map(([id, own]) => ({ id, own, at: Math.max(...own.map(lastChange)) }))
    .sort((a, b) => b.at - a.at || (a.id < b.id ? -1 : 1))
    .slice(0, mostSyndicated);
  const known = await advisories.byIds(groups.map(({ id }) => id));
  return groups.flatMap(({ id, own }) => {
    const advisory = known.get(id);
    return advisory === undefined ? [] : [{ advisory, findings: own }];
  });
}

/** Of one package or one vulnerability only those are read. */
async function findingsAbout(
  { channels, findings, advisories }: WalkContext,
  subject: FeedSubject,
): Promise<readonly ClockedFinding[]> {
  switch (subject.kind) {
    case 'package':
      return findings.byPackage(subject.attr);
    case 'cve':
      return findings.byAdvisories([(await advisories.byId(subject.id))?.id ?? subject.id]);
    default:
      return (await Promise.all(channels.map(({ id }) => findings.ofChannel(id)))).flat();
  }
}

function concerns(subject: FeedSubject, { finding, deadlines }: ClockedFinding): boolean {
  switch (subject.kind) {
    case 'channel':
      return finding.channel === subject.channel;
    case 'severity':
      return bandRank(finding.band) >= bandRank(subject.band);
    case 'state':
      return subject.state === 'breached' ? deadlines.state === 'breached' : finding.state === subject.state;
    default:
      return true;
  }
}

function lastChange({ openedAt, fixedAt, releasedAt }: Finding): number {
  return Math.max(openedAt, fixedAt ?? 0, releasedAt ?? 0);
}
