import { toIso } from '../../foundation/clock.ts';
import type { SyndicationChannel } from './channel.ts';
import { cleanDate, cleanText } from './clean.ts';

/**
 * JSON Feed 1.1:
 *
 *     { "version": "https://jsonfeed.org/version/1.1", "title": "acme/secure: releases", "feed_url": "…",
 *       "items": [{ "id": "urn:uuid:0190…", "url": "…", "title": "acme/secure 0.1.7: 1 fix", "content_html": "<p>…",
 *                   "date_published": "2027-03-02T10:00:00Z", "tags": ["release", "high"] }] }
 *
 * https://www.jsonfeed.org/version/1.1/
 */
export function renderJsonFeed(channel: SyndicationChannel): string {
  const feed = {
    version: 'https://jsonfeed.org/version/1.1',
    title: channel.title,
    description: channel.description,
    home_page_url: channel.homeUrl,
    feed_url: channel.selfUrl,
    language: 'en',
    items: channel.items.map((item) => ({
      id: item.id,
      url: item.url,
      title: item.title,
      content_text: item.text,
      content_html: item.html,
      date_published: isoOf(item.publishedAt),
      date_modified: isoOf(item.updatedAt),
      tags: item.categories,
    })),
  };
  const clean = (_key: string, value: unknown) => (typeof value === 'string' ? cleanText(value) : value);
  return `${JSON.stringify(feed, clean, 2)}\n`;
}

function isoOf(instant: number): string {
  return toIso(cleanDate(instant).getTime());
}
