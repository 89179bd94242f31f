import type { SyndicationChannel, SyndicationItem } from './channel.ts';
import { cleanDate } from './clean.ts';
import { element, type Xml, xmlDocument } from './xml.ts';

/**
 * RSS 2.0:
 *
 *     <rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel>
 *       <title>acme/secure: releases</title><link>https://h.example/releases</link><description>…</description>
 *       <item><title>acme/secure 0.1.7: 1 fix</title><link>…</link><guid isPermaLink="false">urn:uuid:0190…</guid>
 *         <pubDate>Tue, 02 Mar 2027 10:00:00 GMT</pubDate><category>high</category><description>&lt;p&gt;…</description></item>
 *     </channel></rss>
 *
 * https://www.rssboard.org/rss-specification
 */
export function renderRss(channel: SyndicationChannel): string {
  const head = [
    element('title', channel.title),
    element('link', channel.homeUrl),
    element('description', channel.description),
    element('language', 'en'),
    element('lastBuildDate', cleanDate(channel.updatedAt).toUTCString()),
    element('atom:link', '', { href: channel.selfUrl, rel: 'self', type: 'application/rss+xml' }),
  ];
  const body = element('channel', [...head, ...channel.items.map(itemOf)]);
  return xmlDocument(element('rss', [body], { version: '2.0', 'xmlns:atom': 'http://www.w3.org/2005/Atom' }));
}

function itemOf(item: SyndicationItem): Xml {
  return element('item', [
    element('title', item.title),
    element('link', item.url),
    element('guid', item.id, { isPermaLink: String(item.id === item.url) }),
    element('pubDate', cleanDate(item.publishedAt).toUTCString()),
    ...item.categories.map((category) => element('category', category)),
    element('description', item.html),
  ]);
}
