import { z } from 'zod';
import { parseFlakeLock } from '../../formats/nix/flake-lock.ts';
import { findInputs, maxLockBytes, SetFacts } from '../../pipeline/consumers/index.ts';
import { factsPath } from '../addresses.ts';
import type { PortalReads } from '../ports.ts';
import { problems } from '../problem.ts';
import { channelEndpoints } from './channel-endpoints.ts';
import { type Endpoint, endpoint } from './endpoint.ts';
import {
  presentAdvisory,
  presentBoard,
  presentCve,
  presentExplanation,
  presentFeed,
  presentFinding,
  presentPackage,
  presentQuarantined,
  presentRelease,
  presentStatus,
} from './present.ts';
import { publicationEndpoints } from './publication-endpoints.ts';
import { rescoreEndpoints } from './rescore-endpoints.ts';
import { reviewEndpoints } from './review-endpoints.ts';
import * as schema from './schemas.ts';
import { unboundedEndpoints } from './unbounded-endpoints.ts';

const none = z.object({});

/** Every address of the API, in the order of the documentation. */
export function endpointsOf({
  reads,
  publicUrl,
}: {
  readonly reads: PortalReads;
  readonly publicUrl: string;
}): readonly Endpoint[] {
  return [
    endpoint({
      path: '/api/v1/status',
      id: 'getStatus',
      summary: 'The promise and how it stands',
      query: none,
      response: schema.statusSchema,
      handle: async () => presentStatus(publicUrl, await reads.overview()),
    }),
    endpoint({
      path: '/api/v1/packages',
      id: 'listPackages',
      summary: 'Packages by name, searched',
      query: schema.textQuery,
      response: schema.pages.packages,
      handle: async ({ query: { q, after, limit } }) => {
        const page = await reads.packages({ text: q, after: after ?? null, limit });
        return {
          ...page,
          items: page.items.map((row) => ({ ...row, versions: row.versions.map((entry) => ({ ...entry })) })),
        };
      },
    }),
    endpoint({
      path: '/api/v1/packages/{attr}',
      id: 'getPackage',
      summary: 'One package: its versions, sources, patches and findings',
      query: none,
      response: schema.packageSchema,
      handle: async ({ params }) => {
        const page = await reads.packagePage(params.attr ?? '');
        return page === null
          ? { problem: problems.notFound('No channel carries a package of that name. Search at /api/v1/packages?q=…') }
          : presentPackage(page);
      },
    }),
    endpoint({
      path: '/api/v1/advisories',
      id: 'listAdvisories',
      summary: 'Advisories, searched',
      query: schema.textQuery,
      response: schema.pages.advisories,
      handle: async ({ query: { q, after, limit } }) => {
        const page = await reads.advisories({ text: q, after: after ?? null, limit });
        return { ...page, items: page.items.map(presentAdvisory) };
      },
    }),
    endpoint({
      path: '/api/v1/cve/{id}',
      id: 'getCve',
      summary: 'Are we affected? One of four answers, with the reasons',
      query: none,
      response: schema.cveSchema,
      handle: async ({ params }) => {
        const id = params.id ?? '';
        if (!/^[A-Za-z0-9][A-Za-z0-9:._-]{1,79}$/.test(id))
          return { problem: problems.badRequest('A vulnerability id looks like CVE-2024-3094.') };
        return presentCve(id, await reads.cvePage(id));
      },
    }),
    endpoint({
      path: '/api/v1/cve/{id}/{attr}',
      id: 'explain',
      summary: 'Why a package is affected by a vulnerability, or is not',
      query: none,
      response: schema.explanationSchema,
      handle: async ({ params }) => {
        const read = await reads.explain((params.id ?? '').slice(0, 80), (params.attr ?? '').slice(0, 500));
        return read === null
          ? { problem: problems.notFound('No channel carries that package, or no feed has that vulnerability.') }
          : presentExplanation(read);
      },
    }),
    ...publicationEndpoints({ reads, publicUrl }),
    ...rescoreEndpoints(reads),
    ...channelEndpoints(reads),
    ...unboundedEndpoints(reads),
    ...reviewEndpoints(reads),
    endpoint({
      path: '/api/v1/findings',
      id: 'listFindings',
      summary: 'Findings by time to breach or by risk',
      query: schema.findingQuery,
      response: schema.pages.findings,
      handle: async ({ query }) => {
        const page = await reads.findings({
          ...query,
          after: query.after ?? null,
          band: query.band ?? null,
          state: query.state ?? null,
        });
        return { ...page, items: page.items.map(presentFinding) };
      },
    }),
    endpoint({
      path: '/api/v1/releases',
      id: 'listReleases',
      summary: 'Every release, newest first',
      query: none,
      response: schema.pages.releases,
      handle: async () => ({ items: (await reads.releases()).map((release) => presentRelease(publicUrl, release)) }),
    }),
    endpoint({
      path: '/api/v1/releases/{uuid}',
      id: 'getRelease',
      summary: 'One release, and how much of it can be fetched',
      query: none,
      response: schema.releaseDetailSchema,
      handle: async ({ params }) => {
        const page = await reads.release(params.uuid ?? '');
        return page === null
          ? { problem: problems.notFound('There is no release of that id. See /api/v1/releases.') }
          : {
              ...presentRelease(publicUrl, page.release),
              coverage: page.coverage.map((one) => ({ ...one, missing: [...one.missing] })),
            };
      },
    }),
    endpoint({
      path: '/api/v1/feeds',
      id: 'listFeeds',
      summary: 'The vulnerability feeds that are read, and how fresh each is',
      query: none,
      response: schema.pages.feeds,
      handle: async () => ({ items: (await reads.feeds()).map(presentFeed) }),
    }),
    endpoint({
      path: '/api/v1/feeds/quarantine',
      id: 'listQuarantined',
      summary: 'Records that could not be read, with the reason',
      query: schema.quarantineQuery,
      response: schema.pages.quarantined,
      handle: async ({ query: { source, after, limit } }) => {
        const page = await reads.quarantined({ source: source ?? null, after: after ?? null, limit });
        return { ...page, items: page.items.map(presentQuarantined) };
      },
    }),
    endpoint({
      path: factsPath,
      id: 'getFacts',
      summary: 'All that the command line needs to answer on its own: releases, covered packages, findings',
      query: none,
      response: SetFacts.meta({ id: 'SetFacts' }),
      handle: () => reads.facts(publicUrl),
    }),
    endpoint({
      method: 'post',
      path: '/api/v1/check',
      id: 'checkLock',
      summary: 'Post a flake.lock: which fixes it lacks and what to run; nothing is stored',
      query: none,
      response: schema.boardSchema,
      maxBodyBytes: maxLockBytes,
      handle: async ({ body }) => {
        const parsed = parseFlakeLock(body);
        if (parsed.kind === 'malformed') {
          return {
            problem: {
              status: 422,
              code: 'malformed-lock',
              title: 'This is not a flake.lock',
              detail: parsed.reason.slice(0, 500),
            },
          };
        }
        return presentBoard(await reads.standingOfInputs(findInputs(parsed.lock)));
      },
    }),
  ];
}
