import { type Context, Hono } from 'hono';
import { renderAtom, renderJsonFeed, renderRss, type SyndicationChannel } from '../../formats/syndication/index.ts';
import { consumerFeed, syndicationChannel } from '../../pipeline/alerts/index.ts';
import { conditionalText } from '../conditional.ts';
import type { PortalReads } from '../ports.ts';
import { problems, problemText } from '../problem.ts';
import { pathSegments } from '../registry/segments.ts';
import { type FeedSubject, placeOf, subjectOf } from './subject.ts';

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
  readonly reads: Pick<PortalReads, 'releases' | 'syndicatedAdvisories' | 'consumerNews'>;
  readonly publicUrl: string;
  readonly name: string;
}

/** The published feeds: `/feeds/releases.atom`, `/feeds/package/openssl.rss` … */
export function syndicationRoutes({ reads, publicUrl, name }: Options): Hono {
  const app = new Hono();
  // Before the others: its address holds a key.
  app.get('/feeds/consumer/:file', async (c) => {
    const [, key = '', type = ''] = /^([A-Za-z0-9_-]{43})\.([a-z]{3,5})$/.exec(c.req.param('file')) ?? [];
    const news = isFeedType(type) ? await reads.consumerNews(key) : null;
    if (news === null || !isFeedType(type)) return noFeed(c);
    const { consumer, ...told } = news;
    const channel = consumerFeed({
      publicUrl,
      selfUrl: `${publicUrl}/feeds/consumer/${key}.${type}`,
      name: `${name}: ${consumer.name}`,
      consumerId: consumer.id,
      ...told,
    });
    c.header('X-Robots-Tag', 'none');
    // What is deployed leaves it, and its date may be older: only the ETag tells.
    return conditionalText(c, {
      text: feedTypes[type].render(channel),
      contentType: feedTypes[type].contentType,
      cacheControl: 'private, no-cache',
    });
  });
  app.get('/feeds/:file{.+\\..+}', async (c) => {
    const asked = readPlace(pathSegments(c.req.url) ?? []);
    if (asked === null) return noFeed(c);
    const { subject, type } = asked;
    const { path, title } = placeOf(subject);
    const channel = syndicationChannel({
      publicUrl,
      selfUrl: `${publicUrl}${path}.${type}`,
      name: `${name}: ${title}`,
      releases: await releasesFor(subject, reads),
      advisories: subject.kind === 'releases' ? [] : await reads.syndicatedAdvisories(subject),
    });
    return conditionalText(c, {
      text: feedTypes[type].render(channel),
      contentType: feedTypes[type].contentType,
      cacheControl: 'public, max-age=60',
      ...(mayLose(subject) ? {} : { lastModified: channel.updatedAt }),
    });
  });
  return app;
}

function noFeed(c: Context) {
  return problemText(c, problems.notFound('no such feed: the page /feeds lists them, each as .rss, .atom and .json'));
}

/** What leaves a feed does not change the newest date in it: only the ETag tells. */
function mayLose({ kind }: FeedSubject): boolean {
  return kind === 'severity' || kind === 'state';
}

function readPlace(segments: readonly string[]): { readonly subject: FeedSubject; readonly type: FeedType } | null {
  const [, ...parts] = segments;
  const last = parts.at(-1) ?? '';
  const dot = last.lastIndexOf('.');
  const type = last.slice(dot + 1);
  const subject = subjectOf([...parts.slice(0, -1), last.slice(0, dot)]);
  return subject === null || !isFeedType(type) ? null : { subject, type };
}

async function releasesFor(subject: FeedSubject, reads: Options['reads']) {
  switch (subject.kind) {
    case 'all':
      return reads.releases();
    case 'releases':
      return (await reads.releases()).filter(({ channel }) => subject.channel === null || channel === subject.channel);
    default:
      return [];
  }
}
