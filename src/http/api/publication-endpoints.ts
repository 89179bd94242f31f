import { z } from 'zod';
import { toIso } from '../../foundation/clock.ts';
import { documentsOf, eventOf, lineState, type PublishedAdvisory } from '../../pipeline/evidence/index.ts';
import { paths } from '../addresses.ts';
import type { PortalReads } from '../ports.ts';
import { problems } from '../problem.ts';
import { type Endpoint, endpoint } from './endpoint.ts';
import { band, instant, pageQuery } from './schemas.ts';

const line = z.object({
  channel: z.string(),
  version: z.string(),
  state: z
    .string()
    .describe('`affected`, `fix released`, `fixed`, `not affected`, `under investigation` or `no longer matched`'),
});

const summary = z.object({
  id: z.string().describe('XSP-2027-00001'),
  url: z.url(),
  attr: z.string(),
  vulnerability: z.string().describe('The CVE id where there is one'),
  title: z.string(),
  band,
  publishedAt: instant,
  modifiedAt: instant,
  withdrawn: z
    .object({ at: instant, by: z.string().nullable().describe('The one that speaks of the same') })
    .nullable(),
  lines: z.array(line),
});

const publicationSchema = summary
  .extend({
    names: z.array(z.string()).describe('Every id of the vulnerability'),
    details: z.string(),
    references: z.array(z.string()),
    ratings: z.array(z.object({ source: z.string(), kind: z.string(), vector: z.string(), score: z.number() })),
    knownExploitedSince: instant.nullable(),
    lines: z.array(
      line.extend({
        action: z.string().nullable().describe('What to do where it is affected'),
        statement: z.string().nullable(),
        justification: z.string().nullable(),
        evidence: z.string().nullable(),
        fix: z
          .object({
            version: z.string().nullable(),
            kind: z.string().nullable().describe('`patch` where the version stayed'),
            release: z.string(),
            releaseUuid: z.uuid(),
            revision: z.string(),
            releasedAt: instant,
            systems: z.array(z.string()),
            patches: z.array(
              z.object({
                name: z.string(),
                urls: z.array(z.string()),
                hash: z.string().nullable(),
                path: z.string().nullable().describe('Where it lies in the tree'),
              }),
            ),
          })
          .nullable(),
      }),
    ),
    events: z
      .array(z.looseObject({ at: instant, line: z.string().optional(), type: z.string() }))
      .describe('What happened, oldest first; only ever added to'),
    documents: z.array(
      z.object({
        format: z.enum(['osv', 'csaf', 'csaf-vex', 'cyclonedx', 'openvex']),
        about: z.string().nullable().describe('The channel or package that it is about as a whole'),
        url: z.url(),
      }),
    ),
  })
  .meta({ id: 'Publication' });

/** What we publish under ids of our own. */
export function publicationEndpoints({
  reads,
  publicUrl,
}: {
  readonly reads: Pick<PortalReads, 'publication' | 'publications'>;
  readonly publicUrl: string;
}): readonly Endpoint[] {
  return [
    endpoint({
      path: '/api/v1/publications',
      id: 'listPublications',
      summary: 'Our own advisories, in the order of their ids',
      query: pageQuery,
      response: z.object({
        items: z.array(summary.meta({ id: 'PublicationSummary' })),
        next: z.string().nullable(),
        total: z.number().int().nullable(),
      }),
      handle: async ({ query: { after, limit } }) => {
        const page = await reads.publications({ after: after ?? null, limit });
        return { ...page, items: page.items.map((one) => presentSummary(publicUrl, one)) };
      },
    }),
    endpoint({
      path: '/api/v1/publications/{id}',
      id: 'getPublication',
      summary: 'One advisory of ours: where each channel stands, what happened, fixes and documents',
      query: z.object({}),
      response: publicationSchema,
      handle: async ({ params }) => {
        const found = await reads.publication((params.id ?? '').slice(0, 80));
        return found === null
          ? { problem: problems.notFound('We published nothing under that id. See /api/v1/publications.') }
          : presentPublication(publicUrl, found);
      },
    }),
  ];
}

function presentSummary(publicUrl: string, advisory: PublishedAdvisory) {
  const { id, attr, vulnerability, withdrawn, lines } = advisory;
  return {
    id,
    url: `${publicUrl}${paths.publication(id)}`,
    attr,
    vulnerability: vulnerability.id,
    title: vulnerability.title,
    band: band.catch('unknown').parse(vulnerability.band),
    publishedAt: toIso(advisory.publishedAt),
    modifiedAt: toIso(advisory.modifiedAt),
    withdrawn: withdrawn === null ? null : { at: toIso(withdrawn.at), by: withdrawn.by },
    lines: lines.map((one) => ({ channel: one.channel, version: one.version, state: lineState(one) })),
  };
}

function presentPublication(publicUrl: string, advisory: PublishedAdvisory): z.input<typeof publicationSchema> {
  const { names, details, references, ratings, knownExploitedSince } = advisory.vulnerability;
  return {
    ...presentSummary(publicUrl, advisory),
    names: [...names],
    details,
    references: [...references],
    ratings: [...ratings],
    knownExploitedSince: knownExploitedSince === null ? null : toIso(knownExploitedSince),
    lines: advisory.lines.map(presentLine),
    events: advisory.events.map(eventOf),
    documents: documentsOf(advisory).map(({ path, ...document }) => ({ ...document, url: `${publicUrl}/${path}` })),
  };
}

function presentLine(one: PublishedAdvisory['lines'][number]) {
  const { channel, version, says, release, fixedVersion, fixKind, derivations, patches } = one;
  return {
    channel,
    version,
    state: lineState(one),
    action: says.kind === 'affected' ? says.action : null,
    statement: says.kind === 'not_affected' || says.kind === 'fixed' ? says.statement : null,
    justification: says.kind === 'not_affected' ? says.justification : null,
    evidence: says.kind === 'not_affected' ? says.evidence : null,
    fix:
      release === null
        ? null
        : {
            version: fixedVersion,
            kind: fixKind,
            release: release.version,
            releaseUuid: release.uuid,
            revision: release.revision,
            releasedAt: toIso(release.publishedAt),
            systems: derivations.map(({ system }) => system),
            patches: patches.map((patch) => ({ ...patch, urls: [...patch.urls] })),
          },
  };
}
