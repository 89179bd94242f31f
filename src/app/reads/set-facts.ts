import { latestEvents } from '../../journal/index.ts';
import type { Advisory } from '../../pipeline/advisories/index.ts';
import { successorOf } from '../../pipeline/changes/index.ts';
import { type FactAdvisory, productNames, type SetFacts } from '../../pipeline/consumers/index.ts';
import { isUnsupported } from '../../pipeline/findings/index.ts';
import type { WalkContext } from '../../worker/index.ts';
import type { ReadContext } from './context.ts';
import { feedsSyncedAt } from './feed-reads.ts';

const mostReleases = 5_000;
const atOnce = 500;

const lastsMs = 60_000;

/** The same for anyone who asks until something happens, for a minute at most: anyone may ask, and it is read from the whole set. */
export function lastingFacts({ context, database }: ReadContext): (server: string) => Promise<SetFacts> {
  let made: { readonly key: string; readonly at: number; readonly facts: Promise<SetFacts> } | null = null;
  return async (server) => {
    const at = context.clock.now();
    const [last] = await latestEvents(database, { limit: 1 });
    const key = `${last?.sequence ?? 0} ${server}`;
    if (made === null || made.key !== key || at - made.at > lastsMs) {
      const facts = setFacts(context, { server, everyAdvisory: false });
      made = { key, at, facts };
      facts.catch(() => {
        made = null;
      });
    }
    return made.facts;
  };
}

/** What consumers are told of the whole set; with every advisory that is known, or only those that touched a package. */
export async function setFacts(
  context: WalkContext,
  given: { readonly server: string; readonly everyAdvisory: boolean },
): Promise<SetFacts> {
  const [releases, covered, syncedAt, findings, packages] = await Promise.all([
    context.releases.releases({ limit: mostReleases }),
    context.catalog.covered(),
    feedsSyncedAt(context),
    Promise.all(context.channels.map(({ id }) => context.findings.ofChannel(id))),
    Promise.all(context.channels.map(({ id }) => packagesOf(context, id))),
  ]);
  const clocked = findings.flat();
  const ids = given.everyAdvisory
    ? await everyId(context)
    : [...new Set(clocked.map(({ finding }) => finding.advisoryId))];
  return {
    format: 'snowguard-facts',
    version: 1,
    madeAt: context.clock.now(),
    server: given.server,
    syncedAt,
    releases: releases.map((release) => ({
      uuid: release.uuid,
      organisation: release.organisation,
      flake: release.flake,
      channel: release.channel,
      version: release.version,
      commitId: release.commitId,
      commitCount: release.commitCount,
      lastModified: release.lastModified,
      narHash: release.narHash,
      publishedAt: release.publishedAt,
      yankedAt: release.yankedAt,
      fixes: release.fixes.map(({ advisoryId, attr, fromVersion, toVersion, band }) => ({
        advisoryId,
        attr,
        fromVersion,
        toVersion,
        band,
      })),
    })),
    findings: clocked.map(({ finding, deadlines }) => ({
      id: finding.id,
      advisoryId: finding.advisoryId,
      attr: finding.attr,
      channel: finding.channel,
      version: finding.version,
      state: finding.state,
      band: finding.band,
      knownExploited: finding.knownExploited,
      openedAt: finding.openedAt,
      fixedAt: finding.fixedAt,
      fixedVersion: finding.fixedVersion,
      releasedAt: finding.releasedAt,
      responseDueAt: deadlines.responseDueAt,
      remediationDueAt: deadlines.remediationDueAt,
      unsupported: isUnsupported({ finding, deadlines }),
      explanation: finding.explanation.slice(0, 4000),
    })),
    channels: context.channels.map(({ id, flake, line }) => ({
      id,
      flake,
      minor: line.minor,
      supportEndsAt: line.support.until,
      successor: successorOf({ id, line }, context.channels)?.id ?? null,
    })),
    covered: covered.map(({ attr, category }) => ({ attr, category })),
    packages: packages.flat(),
    advisories: await advisoriesOf(context, ids),
  };
}

async function packagesOf({ catalog }: WalkContext, channel: string): Promise<SetFacts['packages']> {
  const evaluation = await catalog.latestEvaluation(channel);
  if (evaluation === null) return [];
  return (await catalog.instancesOf(evaluation.id)).map(({ attr, pname, version, system, drvPath, outputs }) => ({
    channel,
    attr,
    pname,
    version,
    system,
    drvPath,
    outputs: Object.values(outputs),
  }));
}

async function everyId({ advisories }: WalkContext): Promise<readonly string[]> {
  const ids = new Set<string>();
  for (let after = 0; ; ) {
    const changes = await advisories.changedAfter(after, atOnce);
    for (const change of changes) ids.add(change.id);
    const last = changes.at(-1);
    if (last === undefined) return [...ids];
    after = last.sequence;
  }
}

async function advisoriesOf({ advisories }: WalkContext, ids: readonly string[]): Promise<FactAdvisory[]> {
  const facts: FactAdvisory[] = [];
  for (let at = 0; at < ids.length; at += atOnce)
    for (const advisory of (await advisories.byIds(ids.slice(at, at + atOnce))).values())
      facts.push(factAdvisory(advisory));
  return facts;
}

export function factAdvisory(advisory: Advisory): FactAdvisory {
  return {
    id: advisory.id,
    aliases: [...advisory.aliases],
    title: advisory.title,
    band: advisory.band,
    knownExploited: advisory.exploitation.knownExploitedSince !== null,
    products: productNames(advisory),
  };
}
