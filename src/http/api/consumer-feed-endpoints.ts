import { z } from 'zod';
import type { Clock } from '../../foundation/clock.ts';
import { toIso } from '../../foundation/clock.ts';
import type { RandomBytes } from '../../foundation/ids.ts';
import type { ConsumerFeed } from '../../pipeline/consumers/index.ts';
import type { ConsumerPort } from '../consumer-port.ts';
import { nameOf } from '../principal.ts';
import { problems } from '../problem.ts';
import { feedTypes } from '../syndication/routes.ts';
import { type Endpoint, endpoint } from './endpoint.ts';
import { instant } from './schemas.ts';
import { strangers } from './sign-in-first.ts';

const none = z.object({});
const place = '/api/v1/consumers/{name}/feeds';
const noLock = problems.notFound(
  'You have registered no lock of that name. Register one first: snowguard consumer add NAME',
);

export const consumerFeedSchema = z
  .object({ id: z.string(), madeAt: instant, madeBy: z.string() })
  .meta({ id: 'ConsumerFeed' });
export const consumerFeedsSchema = z.object({ items: z.array(consumerFeedSchema) });
export const madeFeedSchema = z.object({
  feed: consumerFeedSchema,
  addresses: z
    .record(z.string(), z.string())
    .describe('By format. Told this once: whoever has one reads the feed without signing in'),
});

/** Feeds of one consumer's own: made and taken back by who registered its lock. */
export function consumerFeedEndpoints(given: {
  readonly consumers: Pick<ConsumerPort, 'feeds'>;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly publicUrl: string;
}): readonly Endpoint[] {
  const { consumers, clock, random, publicUrl } = given;
  return [
    endpoint({
      path: place,
      id: 'listConsumerFeeds',
      summary: 'Feeds of what a consumer of yours must act on; their addresses are not told again',
      query: none,
      response: consumerFeedsSchema,
      isPersonal: true,
      handle: async ({ params: { name = '' }, principal }) => {
        if (principal === null) return { problem: strangers };
        const feeds = await consumers.feeds.list({ name, by: nameOf(principal) });
        return feeds === null ? { problem: noLock } : { items: feeds.map(present) };
      },
    }),
    endpoint({
      method: 'post',
      path: place,
      id: 'makeConsumerFeed',
      summary: 'Make a feed of what a consumer of yours must act on and of what is fixed there',
      query: none,
      response: madeFeedSchema,
      status: 201,
      isPersonal: true,
      handle: async ({ params: { name = '' }, principal }) => {
        if (principal === null) return { problem: strangers };
        const by = nameOf(principal);
        const outcome = await consumers.feeds.make({ name, by, actor: by, at: clock.now(), random });
        if (outcome.kind === 'unknown') return { problem: noLock };
        if (outcome.kind === 'too-many')
          return {
            problem: {
              status: 409,
              code: 'too-many-feeds',
              title: 'It has ten feeds already',
              detail: 'Take one back first: snowguard consumer feed revoke NAME ID',
            },
          };
        const addresses = Object.keys(feedTypes).map((type) => [
          type,
          `${publicUrl}/feeds/consumer/${outcome.key}.${type}`,
        ]);
        return { feed: present(outcome.feed), addresses: Object.fromEntries(addresses) as Record<string, string> };
      },
    }),
    endpoint({
      method: 'delete',
      path: `${place}/{id}`,
      id: 'revokeConsumerFeed',
      summary: 'Take a feed back: its address leads nowhere from now on',
      query: none,
      response: z.object({ revoked: z.literal(true) }),
      handle: async ({ params: { name = '', id = '' }, principal }) => {
        if (principal === null) return { problem: strangers };
        const by = nameOf(principal);
        const revoked = await consumers.feeds.revoke({ name, id, by, actor: by, at: clock.now() });
        return revoked ? { revoked } : { problem: problems.notFound('You have no such feed.') };
      },
    }),
  ];
}

function present({ id, madeAt, madeBy }: ConsumerFeed): z.input<typeof consumerFeedSchema> {
  return { id, madeAt: toIso(madeAt), madeBy };
}
