import { z } from 'zod';
import { severityBands } from '../../pipeline/advisories/index.ts';

/** The shapes of the API: what `/api/openapi.json` states and what the handlers are typed by. */

export const instant = z.iso.datetime({ offset: true }).describe('RFC 3339, UTC');
export const band = z.enum(severityBands);
const findingState = z.enum(['open', 'under_investigation', 'fixed', 'not_affected', 'retracted']);

export const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50).describe('How many at most'),
  after: z.string().max(500).optional().describe('`next` of the page before'),
});
export const textQuery = pageQuery.extend({ q: z.string().max(200).default('').describe('Words to look for') });
export const findingQuery = pageQuery.extend({
  order: z.enum(['breach', 'risk']).default('breach'),
  band: band.optional(),
  state: findingState.optional(),
});

const page = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), next: z.string().nullable(), total: z.number().int().nullable() });

export const findingSchema = z
  .object({
    id: z.string(),
    advisoryId: z.string(),
    publishedAs: z
      .string()
      .nullable()
      .optional()
      .describe('Our own id of it: XSP-2027-00001; null where nothing was published'),
    attr: z.string(),
    channel: z.string(),
    version: z.string(),
    state: findingState,
    band,
    score: z.number().nullable(),
    knownExploited: z.boolean(),
    epss: z.number().nullable(),
    risk: z.number(),
    explanation: z.string(),
    disclosedAt: instant,
    openedAt: instant,
    fixedAt: instant.nullable(),
    fixedVersion: z.string().nullable(),
    releasedAt: instant.nullable(),
    deadlines: z.object({
      responseDueAt: instant.nullable(),
      remediationDueAt: instant,
      state: z.enum(['running', 'at_risk', 'breached', 'met', 'met_late', 'void', 'not_computed']),
      response: z.enum(['none', 'running', 'breached', 'met', 'met_late']),
    }),
  })
  .meta({ id: 'Finding' });

export const releaseSchema = z
  .object({
    uuid: z.uuid(),
    organisation: z.string(),
    flake: z.string(),
    channel: z.string(),
    version: z.string(),
    simplifiedVersion: z.string(),
    commitId: z.string(),
    commitCount: z.number().int(),
    lastModified: z.number().int().describe('Unix seconds'),
    narHash: z.string(),
    sizeBytes: z.number().int(),
    sha256: z.string(),
    publishedAt: instant,
    yankedAt: instant.nullable(),
    tarballUrl: z.string(),
    fixes: z.array(
      z.object({
        advisoryId: z.string(),
        attr: z.string(),
        fromVersion: z.string(),
        toVersion: z.string(),
        band: z.string(),
      }),
    ),
  })
  .meta({ id: 'Release' });

export const packageRowSchema = z
  .object({
    attr: z.string(),
    pname: z.string(),
    description: z.string(),
    category: z.string().nullable(),
    versions: z.array(z.object({ channel: z.string(), version: z.string() })),
    openFindings: z.number().int(),
    worst: band.nullable(),
  })
  .meta({ id: 'PackageSummary' });

export const packageSchema = z
  .object({
    attr: z.string(),
    covered: z.object({ category: z.string(), owner: z.string(), since: z.string() }).nullable(),
    instances: z.array(
      z.object({
        channel: z.string(),
        system: z.string(),
        pname: z.string(),
        version: z.string(),
        drvPath: z.string().nullable(),
        sources: z.array(z.string()),
        patches: z.array(z.string()),
        licences: z.array(z.string()),
        maintainers: z.array(z.string()),
        description: z.string(),
        homepage: z.string().nullable(),
      }),
    ),
    failures: z.array(z.object({ channel: z.string(), system: z.string(), how: z.string(), message: z.string() })),
    findings: z.array(findingSchema),
  })
  .meta({ id: 'Package' });

export const advisoryRowSchema = z
  .object({
    id: z.string(),
    title: z.string(),
    band,
    score: z.number().nullable(),
    state: z.enum(['active', 'withdrawn']),
    knownExploited: z.boolean(),
    publishedAt: instant.nullable(),
    modifiedAt: instant.nullable(),
    openFindings: z.number().int(),
    findings: z.number().int(),
  })
  .meta({ id: 'AdvisorySummary' });

const answerName = z.enum(['affected', 'fixed', 'not_affected', 'under_investigation', 'unknown']);

export const cveSchema = z
  .object({
    id: z.string(),
    answer: answerName,
    headline: z.string(),
    advice: z.string(),
    feedsSyncedAt: instant.nullable(),
    advisory: z
      .object({
        id: z.string(),
        aliases: z.array(z.string()),
        title: z.string(),
        details: z.string(),
        band,
        score: z.number().nullable(),
        severitySource: z.string().nullable(),
        severityDisputed: z.boolean().describe('Whether sources differ by a band or more'),
        knownExploitedSince: instant.nullable(),
        epss: z.number().nullable(),
        ssvc: z
          .object({
            exploitation: z.enum(['none', 'poc', 'active']).nullable(),
            automatable: z.boolean().nullable(),
            technicalImpact: z.enum(['partial', 'total']).nullable(),
          })
          .nullable()
          .describe("CISA's decision points"),
        state: z.enum(['active', 'withdrawn']).describe('Withdrawn: none of its records stands any more'),
        disputed: z.boolean(),
        publishedAt: instant.nullable(),
        references: z.array(z.string()),
        products: z.array(z.string()).describe('What its records call the product'),
        sources: z.array(z.object({ source: z.string(), recordId: z.string(), state: z.string() })),
      })
      .nullable(),
    lines: z.array(
      z.object({
        attr: z.string(),
        publishedAs: z.string().nullable(),
        channel: z.string(),
        version: z.string(),
        answer: answerName,
        because: z.string(),
        advice: z.string(),
      }),
    ),
  })
  .meta({ id: 'CveAnswer' });

export const feedSchema = z
  .object({
    id: z.string(),
    title: z.string(),
    state: z.enum(['ok', 'never', 'stale', 'failing', 'incident']),
    message: z.string().nullable(),
    records: z.number().int(),
    quarantined: z.number().int(),
    lastSyncAt: instant.nullable(),
    lastChangeAt: instant.nullable(),
    latency: z
      .object({ medianSeconds: z.number(), ninthDecileSeconds: z.number() })
      .nullable()
      .describe('From publication to our first sight of it'),
    licence: z.string(),
    attribution: z.string(),
    readFrom: z
      .enum(['address', 'copy', 'bundle'])
      .describe('Of the source or a mirror, of a copy here, or as brought in'),
  })
  .meta({ id: 'Feed' });

export const quarantineQuery = pageQuery.extend({ source: z.string().max(100).optional().describe('Only this feed') });

export const quarantinedSchema = z
  .object({ source: z.string(), recordId: z.string(), at: instant, reason: z.string(), raw: z.string() })
  .meta({ id: 'Quarantined' });

export const explanationSchema = z
  .object({
    id: z.string(),
    attr: z.string(),
    publishedAs: z.string().nullable(),
    explanations: z.array(
      z.object({
        channel: z.string(),
        version: z.string(),
        status: z.enum(['affected', 'under_investigation', 'fixed', 'not_affected']),
        score: z.number(),
        identity: z.array(z.object({ tier: z.string(), prior: z.number(), because: z.string() })),
        notThis: z.array(z.string()).describe('What the records name instead'),
        ranges: z.array(
          z.object({
            source: z.string(),
            recordId: z.string(),
            outcome: z.enum(['in', 'out', 'weak-in', 'unknown']),
            because: z.string(),
          }),
        ),
        patch: z.object({ state: z.string(), patches: z.array(z.string()) }),
        disagreement: z.string().nullable(),
        sentences: z.array(z.string()),
        wouldChange: z.array(z.string()),
      }),
    ),
  })
  .meta({ id: 'Explanation' });

export const mustActSchema = z
  .object({
    consumer: z.string(),
    input: z.string(),
    step: z.enum(['update', 'deploy']).describe('deploy: the lock has every fix, and what runs does not'),
    flake: z.string(),
    fromVersion: z.string(),
    toVersion: z.string(),
    band,
    packages: z.array(z.string()),
    advisoryIds: z.array(z.string()),
    /** Whether the locked release was withdrawn. */
    yanked: z.boolean(),
    fixes: z.array(
      z.object({
        advisoryId: z.string(),
        band: z.string(),
        attr: z.string(),
        fromVersion: z.string(),
        toVersion: z.string(),
        releasedIn: z.string(),
      }),
    ),
    command: z.string(),
    firstChange: z.string().nullable(),
  })
  .meta({ id: 'MustAct' });

/** What a consumer said that it runs. */
export const closureUploadSchema = z.object({
  source: z.string().describe('In which form it came: closure, derivations, CycloneDX, SPDX, store paths'),
  packages: z.number().int(),
  uploadedAt: instant,
  uploadedBy: z.string().nullable().describe('Null: an operator'),
  seenAt: instant.describe('When the same was last sent again'),
});

export const boardSchema = z
  .object({
    mustAct: z.array(mustActSchema),
    replies: z
      .array(
        z.object({
          consumer: z.string(),
          answer: z.enum(['done', 'accepted', 'not-exposed']),
          reason: z.string().nullable(),
          findings: z.array(z.string()),
          advisoryIds: z.array(z.string()),
          by: z.string(),
          at: instant,
        }),
      )
      .describe('What consumers answered to messages, oldest first; for people of the house'),
    consumers: z.array(
      z.object({
        name: z.string(),
        seenAt: instant,
        closure: closureUploadSchema.nullable().describe('What it says that it runs; for people of the house'),
        inputs: z.array(
          z.object({
            input: z.string(),
            standing: z.enum(['unknown', 'current', 'behind']),
            version: z.string(),
            targetVersion: z.string().nullable(),
          }),
        ),
      }),
    ),
  })
  .meta({ id: 'ConsumerBoard' });

export const statusSchema = z
  .object({
    promise: z.array(
      z.object({
        band,
        policy: z.string(),
        channels: z.array(z.string()),
        responseHours: z.number().nullable(),
        remediationDays: z.number(),
        open: z.number().int(),
        atRisk: z.number().int(),
        breached: z.number().int(),
        met: z.number().int(),
        metLate: z.number().int(),
        nextDueAt: instant.nullable(),
      }),
    ),
    latestRelease: releaseSchema.nullable(),
    coveredPackages: z.number().int(),
    advisories: z.number().int(),
    underInvestigation: z.number().int(),
    consumers: z.number().int(),
    mustAct: z.number().int(),
    policyNotice: z
      .string()
      .nullable()
      .describe('That the policy file says something else than what is in force, and what to run; null: all is well'),
  })
  .meta({ id: 'Status' });

export const releaseDetailSchema = releaseSchema
  .extend({
    coverage: z
      .array(
        z.object({
          system: z.string(),
          wanted: z.number().int().describe('Output paths of the covered packages'),
          present: z.number().int().describe('Those that the cache offers now'),
          missing: z.array(z.string()).describe('Some of the packages that are not there whole'),
          whenPublished: z.number().int().nullable(),
          exception: z
            .object({
              reason: z.string(),
              by: z.string(),
              approvedBy: z.string().nullable().describe('Null: from before it took two'),
            })
            .nullable(),
        }),
      )
      .describe('By system; empty where nobody knows what the release is built into'),
  })
  .meta({ id: 'ReleaseDetail' });

export const problemSchema = z
  .object({ type: z.string(), title: z.string(), status: z.number().int(), detail: z.string() })
  .meta({ id: 'Problem' });

export const pages = {
  findings: page(findingSchema),
  packages: page(packageRowSchema),
  advisories: page(advisoryRowSchema),
  releases: z.object({ items: z.array(releaseSchema) }),
  feeds: z.object({ items: z.array(feedSchema) }),
  quarantined: page(quarantinedSchema),
};
