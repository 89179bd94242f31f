import type { PortalReads } from '../../http/index.ts';
import { consumerNews } from '../../worker/index.ts';
import { advisoryPage, cveReads, syndicated } from './advisory-reads.ts';
import { channelRows } from './channel-reads.ts';
import { boardOf, boardOfInputs } from './consumer-reads.ts';
import type { ReadContext } from './context.ts';
import { explanationOf } from './explanation.ts';
import { feedStates } from './feed-reads.ts';
import { overviewOf } from './overview.ts';
import { packageReads } from './package-reads.ts';
import { publicationReads } from './publication-reads.ts';
import { withIds } from './published-ids.ts';
import { quarantinePage } from './quarantine-reads.ts';
import { releasePage } from './release-reads.ts';
import { rescoreReads } from './rescore-reads.ts';
import { reviewReads } from './review-reads.ts';
import { lastingFacts } from './set-facts.ts';
import { unboundedReads } from './unbounded-reads.ts';

export { triagePort } from './finding-reads.ts';
export { registryReads } from './release-reads.ts';

const mostReleases = 1_000;

/** What pages, API and command line show, composed from the stages' stores. */
export function portalReads(given: ReadContext): PortalReads {
  const { context } = given;
  const { packages, packagePage } = packageReads(context);
  const facts = lastingFacts(given);
  return {
    overview: () => overviewOf(given),
    channels: () => channelRows(given),
    packages,
    packagePage,
    advisories: (query) => advisoryPage(context, query),
    cvePage: (id) => cveReads(context, id),
    ...publicationReads(given),
    explain: (id, attr) => explanationOf(context, id, attr),
    findings: async (query) => {
      const { items, next } = await context.findings.list(query);
      return { items: await withIds(context, items), next, total: null };
    },
    ...rescoreReads(context),
    ...unboundedReads(context),
    ...reviewReads(given),
    releases: () => context.releases.releases({ limit: mostReleases }),
    release: async (uuid) => {
      const found = (await given.published.current()).release(uuid);
      return found === null || found.flake.visibility === 'private' ? null : releasePage(context, uuid);
    },
    feeds: () => feedStates(context),
    quarantined: (query) => quarantinePage(context, query),
    consumers: async (given) => boardOf(context, await context.consumers.consumers(), given),
    consumerNews: async (key) => {
      const owner = await context.consumers.feeds.ownerOf(key);
      return owner === null ? null : consumerNews(context, owner.consumerId);
    },
    facts,
    syndicatedAdvisories: (subject) => syndicated(context, subject),
    standingOfInputs: (inputs) => boardOfInputs(context, inputs),
  };
}
