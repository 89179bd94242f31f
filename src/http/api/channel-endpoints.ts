import { z } from 'zod';
import { toIso } from '../../foundation/clock.ts';
import type { Validation } from '../../pipeline/changes/index.ts';
import type { ChannelRow } from '../channel-port.ts';
import type { PortalReads } from '../ports.ts';
import { type Endpoint, endpoint } from './endpoint.ts';
import { instant } from './schemas.ts';

/** A cryptographic module, and whether what is carried is what its certificate names. */
export const validationSchema = z
  .object({
    attr: z.string(),
    module: z.string(),
    certificate: z.string().nullable(),
    status: z.enum(['active', 'historical', 'revoked', 'in-process']),
    versions: z.array(z.string()),
    carried: z.array(z.string()),
    conflicts: z.array(z.string()).describe('Why it is not; empty when it is'),
  })
  .meta({ id: 'Validation' });

const channelSchema = z
  .object({
    channel: z.string(),
    flake: z.string(),
    kind: z.enum(['rolling', 'stable', 'variant', 'cooldown']),
    over: z.string().nullable().describe('The channel that it stands over; null: it follows upstream'),
    releases: z.string().describe('How its releases are numbered: 0.1.N'),
    cooldownHours: z.number(),
    support: z.enum(['open', 'not-yet', 'supported', 'ending', 'ended']),
    supportEndsAt: instant.nullable().describe('The first instant without support; null: no end is set'),
    successor: z.string().nullable(),
    head: z.string().nullable(),
    source: z
      .object({ commit: z.string(), committedAt: instant })
      .nullable()
      .describe('The newest commit known of upstream, or of the channel that it stands over'),
    behind: z.number().int().nullable().describe('Commits of the source that the channel does not have'),
    waitingReviews: z.array(z.string()),
    patches: z.number().int(),
    conflict: z.object({ patch: z.string(), paths: z.array(z.string()) }).nullable(),
    troubles: z
      .array(
        z.object({
          step: z.enum(['sync', 'evaluate', 'settle', 'review']),
          says: z.string(),
          hint: z.string().nullable(),
          at: instant,
        }),
      )
      .describe('Why it does not go on, and what to do; empty when it does'),
    packages: z.number().int(),
    failures: z.number().int(),
    evaluatedAt: instant.nullable(),
    latestRelease: z.string().nullable(),
    validated: z
      .array(validationSchema)
      .describe('Packages that were validated as cryptographic modules, held against what is carried'),
  })
  .meta({ id: 'Channel' });

/** Where each channel stands. */
export function channelEndpoints(reads: Pick<PortalReads, 'channels'>): readonly Endpoint[] {
  return [
    endpoint({
      path: '/api/v1/channels',
      id: 'listChannels',
      summary: 'The channels: what each follows, how far it is, and how long it is supported',
      query: z.object({}),
      response: z.object({ items: z.array(channelSchema) }),
      handle: async () => ({ items: (await reads.channels()).map(presentChannel) }),
    }),
  ];
}

export function presentChannel(row: ChannelRow): z.input<typeof channelSchema> {
  const { line, support, source, conflict, evaluated } = row;
  const endsAt = 'until' in support ? support.until : 'since' in support ? support.since : null;
  return {
    channel: row.id,
    flake: row.flake,
    kind: line.kind,
    over: line.over,
    releases: `0.${line.minor}.N`,
    cooldownHours: line.cooldownMs / 3_600_000,
    support: support.kind,
    supportEndsAt: endsAt === null ? null : toIso(endsAt),
    successor: row.successor,
    head: row.head,
    source: source === null ? null : { commit: source.commitId, committedAt: toIso(source.committedAt) },
    behind: row.behind,
    waitingReviews: [...row.waitingReviews],
    patches: row.patches,
    conflict: conflict === null ? null : { patch: conflict.patchId, paths: [...conflict.paths] },
    troubles: row.troubles.map((trouble) => ({ ...trouble, at: toIso(trouble.at) })),
    packages: evaluated.packages,
    failures: evaluated.failures,
    evaluatedAt: evaluated.evaluatedAt === null ? null : toIso(evaluated.evaluatedAt),
    latestRelease: row.latestRelease?.version ?? null,
    validated: row.validations.map(presentValidation),
  };
}

export function presentValidation({ module, carried, conflicts }: Validation): z.input<typeof validationSchema> {
  const { patches: _, ...listed } = module;
  return { ...listed, versions: [...listed.versions], carried: [...carried], conflicts: [...conflicts] };
}
