import type { AdvisoryRow, CveReads, FeedSubject, Page, TextQuery } from '../../http/index.ts';
import { severityBands } from '../../pipeline/advisories/index.ts';
import { bandRank, type SyndicatedAdvisory } from '../../pipeline/alerts/index.ts';
import { staleSince } from '../../pipeline/consumers/index.ts';
import { type ChangedAbout, isLive } from '../../pipeline/findings/index.ts';
import type { WalkContext } from '../../worker/index.ts';
import { feedsSyncedAt } from './feed-reads.ts';
import { withIds } from './published-ids.ts';

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
      return { advisory, findings: own.length, openFindings: own.filter(({ state }) => isLive(state)).length };
    }),
  };
}

/** All that is known of one vulnerability, by any of its ids. */
export async function cveReads(context: WalkContext, id: string): Promise<CveReads> {
  const advisory = (await context.advisories.byId(id)) ?? (await publishedUnder(context, id));
  const ids = advisory === null ? [id] : [advisory.id, ...advisory.aliases];
  const [matches, findings, covered, runs, syncedAt] = await Promise.all([
    advisory === null ? [] : context.matches.matchesOfAdvisory(advisory.id),
    context.findings.byAdvisories(ids),
    context.catalog.covered(),
    Promise.all(context.channels.map((channel) => context.matches.lastRun(channel.id))),
    feedsSyncedAt(context),
  ]);
  const now = context.clock.now();
  return {
    advisory,
    matches,
    findings: await withIds(context, findings),
    coveredPackages: runs.every((run) => run === null) ? 0 : covered.length,
    feedsSyncedAt: syncedAt,
    staleSince: syncedAt === null ? null : staleSince({ madeAt: now, syncedAt }, now),
  };
}

async function publishedUnder({ advisories, publications }: WalkContext, id: string) {
  const [name] = (await publications.byId(id.toUpperCase()))?.names ?? [];
  return name === undefined ? null : advisories.byId(name);
}

/** Advisories that touch what is carried and what a feed is about, last changed first. */
export async function syndicated(
  { advisories, findings, publications }: WalkContext,
  subject: FeedSubject,
): Promise<readonly SyndicatedAdvisory[]> {
  const changed = await findings.lastChanged(await findingsOf(subject, advisories), mostSyndicated);
  const known = await advisories.byIds(changed.map(({ advisoryId }) => advisoryId));
  const idOf = await publications.idsOf(changed.flatMap((entry) => entry.findings));
  return changed.flatMap(({ advisoryId, ...entry }) => {
    const advisory = known.get(advisoryId);
    return advisory === undefined ? [] : [{ ...entry, advisory, publishedAs: entry.findings.map(idOf) }];
  });
}

async function findingsOf(subject: FeedSubject, advisories: WalkContext['advisories']): Promise<ChangedAbout> {
  switch (subject.kind) {
    case 'channel':
    case 'package':
      return subject;
    case 'cve':
      return { kind: 'advisory', id: (await advisories.byId(subject.id))?.id ?? subject.id };
    case 'severity':
      return { kind: 'bands', bands: severityBands.filter((band) => bandRank(band) >= bandRank(subject.band)) };
    case 'state':
      return subject.state === 'breached' || subject.state === 'act-now'
        ? { kind: subject.state }
        : { kind: 'state', state: subject.state };
    default:
      return { kind: 'all' };
  }
}
