import { Hono } from 'hono';
import { renderAtom, renderJsonFeed, renderRss, type SyndicationChannel } from '../../formats/syndication/index.ts';
import { advisoryChannel, releaseChannel } from '../../pipeline/alerts/index.ts';
import { conditionalText } from '../conditional.ts';
import type { PortalReads } from '../ports.ts';
import { problems, problemText } from '../problem.ts';

export const feedTypes = {
  rss: { contentType: 'application/rss+xml; charset=utf-8', render: renderRss, title: 'RSS' },
  atom: { contentType: 'application/atom+xml; charset=utf-8', render: renderAtom, title: 'Atom' },
  json: { contentType: 'application/feed+json; charset=utf-8', render: renderJsonFeed, title: 'JSON Feed' },
} as const satisfies Record<
  string,
  { contentType: string; render: (channel: SyndicationChannel) => string; title: string }
>;

type FeedType = keyof typeof feedTypes;

export function isFeedType(text: string): text is FeedType {
  return Object.hasOwn(feedTypes, text);
}

interface Options {
  readonly reads: PortalReads;
  readonly publicUrl: string;
  readonly name: string;
}

/** The published feeds: `/feeds/releases.atom` and its five siblings. */
export function syndicationRoutes({ reads, publicUrl, name }: Options): Hono {
  const app = new Hono();
  app.get('/feeds/:file{.+\\..+}', async (c) => {
    const [subject = '', type = '', ...more] = c.req.param('file').split('.');
    if (more.length > 0 || !isFeedType(type) || (subject !== 'releases' && subject !== 'advisories')) {
      return problemText(c, problems.notFound('feeds are releases and advisories, each as .rss, .atom and .json'));
    }
    const selfUrl = `${publicUrl}/feeds/${subject}.${type}`;
    const channel =
      subject === 'releases'
        ? releaseChannel({ publicUrl, selfUrl, name, releases: await reads.releases() })
        : advisoryChannel({ publicUrl, selfUrl, name, advisories: await reads.syndicatedAdvisories() });
    return conditionalText(c, {
      text: feedTypes[type].render(channel),
      contentType: feedTypes[type].contentType,
      cacheControl: 'public, max-age=60',
      lastModified: channel.updatedAt,
    });
  });
  return app;
}
