import { acceptReviewJob } from './accept-review.ts';
import { announceSupportJob } from './announce-support.ts';
import { collectCacheJob } from './collect-cache.ts';
import { collectProposalsJob } from './collect-proposals.ts';
import { endUnconfirmedJob } from './end-unconfirmed.ts';
import { escalateJob } from './escalate.ts';
import { evaluateChannelJob } from './evaluate-channel.ts';
import { examineReviewJob } from './examine-review.ts';
import type { JobHandler } from './job.ts';
import { mergeAdvisoriesJob } from './merge-advisories.ts';
import { noteAdoptionsJob } from './note-adoptions.ts';
import { noteCustomersJob } from './note-customers.ts';
import { notingTrouble } from './noting-trouble.ts';
import { numberPublicationsJob } from './number-publications.ts';
import { planAlertsJob } from './plan-alerts.ts';
import { proposeFixJob } from './propose-fix.ts';
import { readFixesJob } from './read-fixes.ts';
import { renewReviewsJob } from './renew-reviews.ts';
import { sendDeliveryJob } from './send-delivery.ts';
import { settleChannelJob } from './settle-channel.ts';
import { spreadFixJob } from './spread-fix.ts';
import { syncChannelJob } from './sync-channel.ts';
import { syncFeedJob } from './sync-feed.ts';
import { tendEmbargoesJob } from './tend-embargoes.ts';

/** Every kind of job: one file and one line each. */
export const jobHandlers = {
  'feed.sync': syncFeedJob,
  'channel.sync': notingTrouble('sync', syncChannelJob),
  'advisories.merge': mergeAdvisoriesJob,
  'channel.evaluate': notingTrouble('evaluate', evaluateChannelJob),
  'channel.settle': notingTrouble('settle', settleChannelJob),
  'fixes.read': readFixesJob,
  'channels.announce': announceSupportJob,
  'sla.escalate': escalateJob,
  'sla.adoptions': noteAdoptionsJob,
  'sla.customers': noteCustomersJob,
  'publications.number': numberPublicationsJob,
  'alerts.plan': planAlertsJob,
  'deliveries.send': sendDeliveryJob,
  'subscriptions.expire': endUnconfirmedJob,
  'cache.collect': collectCacheJob,
  'embargoes.tend': tendEmbargoesJob,
  'proposals.collect': collectProposalsJob,
  'proposal.make': proposeFixJob,
  'review.examine': examineReviewJob,
  'review.accept': acceptReviewJob,
  'reviews.renew': renewReviewsJob,
  'fix.spread': spreadFixJob,
} as const satisfies Readonly<Record<string, JobHandler>>;

export type JobKind = keyof typeof jobHandlers;
