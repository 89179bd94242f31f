import { z } from 'zod';
import { severityBands } from '../advisories/index.ts';

const band = z.enum(severityBands);

export const Concern = z.object({
  consumer: z.string(),
  findingId: z.string(),
  advisoryId: z.string(),
  attr: z.string(),
});
export type Concern = z.infer<typeof Concern>;

/** What happened, as it is told: the same for every channel, which makes of it what it can show. Stored as JSON. */
export const Message = z.object({
  /** `act-now`, `digest`, `test`, or the kind of the journal event: `finding.opened`, `release.published`, `sla.breached` … */
  kind: z.string(),
  /** `urgent` passes quiet hours and digests. */
  urgency: z.enum(['urgent', 'normal']),
  /** One line. */
  subject: z.string(),
  /** One or two sentences: what it means and what to do. */
  lead: z.string(),
  facts: z.array(z.object({ name: z.string(), value: z.string() })).readonly(),
  /** A list that may be long; channels cut it and say how much is left. */
  lines: z.array(z.string()).readonly(),
  /** What to run. */
  command: z.string().nullable(),
  /** Origin-relative or absolute; the first is where one can act. */
  links: z.array(z.object({ label: z.string(), url: z.string() })).readonly(),
  /** Told once to each subscriber. */
  dedupeKey: z.string(),
  /** Of a digest: how many messages of which kind went into it. */
  holds: z.record(z.string(), z.number()).readonly().optional(),
  /** For pagers: what the call is about, and whether it begins, was answered or is over. */
  incident: z.object({ key: z.string(), step: z.enum(['trigger', 'acknowledge', 'resolve']) }).nullable(),
  /** Which findings it tells which consumers of. */
  concerns: z.array(Concern).readonly().optional(),
  /** The UUIDs of the releases that it announces. */
  releases: z.array(z.string()).readonly().optional(),
  /** What subscriptions choose by; an empty list or null: it is about none. */
  about: z.object({
    advisoryIds: z.array(z.string()).readonly(),
    packages: z.array(z.string()).readonly(),
    channels: z.array(z.string()).readonly(),
    consumers: z.array(z.string()).readonly(),
    band: band.nullable(),
    /** `organisation/flake` each. */
    flakes: z.array(z.string()).readonly().optional(),
    /** Only for subscriptions that name its flake: to others that does not exist. */
    isHidden: z.boolean().optional(),
    /** Only for this subscriber: a page calls one person. */
    subscriber: z.string().nullable(),
  }),
});
export type Message = z.infer<typeof Message>;

/** The kinds that can be subscribed to, with what each tells. */
export const messageKinds = {
  'act-now': 'a consumer must move to a release that holds a fix',
  'promise-missed': 'a promised time has passed for what a consumer holds',
  exposed: 'a consumer holds what no release fixes yet; always as a digest',
  'not-held': 'a lock lacks fixes of packages that its closure does not hold; always as a digest',
  'release.published': 'a release is out',
  'release.yanked': 'a release was withdrawn',
  'finding.opened': 'a vulnerability touches a carried package',
  'finding.reopened': 'a vulnerability is back',
  'finding.fixed': 'a channel holds the fix',
  'finding.retracted': 'a report turned out not to apply',
  'finding.rerated': 'the severity changed',
  'finding.exploited': 'a vulnerability is used in attacks',
  'finding.likely-exploited': 'an attack has become likely',
  'finding.update-missed': 'news that was promised did not come',
  'finding.risk-expiring': 'an accepted risk ends soon',
  'finding.risk-expired': 'an accepted risk has ended',
  'channel.ending': 'the support of a channel ends in some months',
  'channel.ended': 'a channel is not supported any more',
  'channel.stuck': 'a channel cannot go on',
  'review.examined': 'a step waits for reviewers, or something critical was seen in it',
  'review.stuck': 'a step cannot be examined',
  'review.outrun': 'a step can no longer go in as it was proposed',
  'review.broke-glass': 'one person let a step in alone',
  'review.observe-agreed': 'somebody agreed to end enforced reviews',
  'review.observed': 'reviews are not enforced any more',
  'sla.at_risk': 'a promised time is running out',
  'sla.forecast_late': 'a fix is likely to come after the promised time',
  'sla.breached': 'a promised time has passed',
  'sla.paged': 'a person is called and must answer',
  'sla.acknowledged': 'a call was answered',
  'sla.rota_gap': 'somebody is missing on the rota',
  'sla.calendar_ending': 'a file of holidays ends',
  'feeds.incident': 'a source of records is silent or broken',
  'catalog.coverage-end-announced': 'the promise for a package ends in 30 days',
  'catalog.coverage-end-withdrawn': 'the promise for a package goes on after all',
} as const satisfies Readonly<Record<string, string>>;

export type MessageKind = keyof typeof messageKinds;

/** `critical` counts most; `unknown` counts as high until somebody rates it. */
export function bandRank(given: string | null): number {
  switch (given) {
    case 'critical':
      return 4;
    case 'high':
    case 'unknown':
      return 3;
    case 'medium':
      return 2;
    case 'low':
      return 1;
    default:
      return 0;
  }
}
