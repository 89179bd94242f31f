import { Hono } from 'hono';
import { renderAtom, renderJsonFeed, renderRss, type SyndicationChannel } from '../../formats/syndication/index.ts';
import { syndicationChannel } from '../../pipeline/alerts/index.ts';
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
  readonly reads: Pick<PortalReads, 'releases' | 'syndicatedAdvisories'>;
  readonly publicUrl: string;
  readonly name: string;
}

/** The published feeds: `/feeds/releases.atom`, `/feeds/package/openssl.rss` … */
export function syndicationRoutes({ reads, publicUrl, name }: Options): Hono {
  const app = new Hono();
  app.get('/feeds/:file{.+\\..+}', async (c) => {
    const asked = readPlace(pathSegments(c.req.url) ?? []);
    if (asked === null)
      return problemText(
        c,
        problems.notFound('no such feed: the page /feeds lists them, each as .rss, .atom and .json'),
      );
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
