import { toIso } from '../../foundation/clock.ts';
import type { SyndicationChannel, SyndicationItem } from './channel.ts';
import { cleanDate } from './clean.ts';
import { element, type Xml, xmlDocument } from './xml.ts';

/**
 * Atom:
 *
 *     <feed xmlns="http://www.w3.org/2005/Atom">
 *       <id>https://h.example/feeds/releases.atom</id><title>acme/secure: releases</title>
 *       <updated>2027-03-02T10:00:00Z</updated><author><name>…</name></author>
 *       <entry><id>urn:uuid:0190…</id><title>acme/secure 0.1.7: 1 fix</title><updated>2027-03-02T10:00:00Z</updated>
 *         <link rel="alternate" href="…"/><content type="html">&lt;p&gt;…</content></entry>
 *     </feed>
 *
 * https://www.rfc-editor.org/rfc/rfc4287
 */
export function renderAtom(channel: SyndicationChannel): string {
  const head = [
    element('id', channel.selfUrl),
    element('title', channel.title),
    element('subtitle', channel.description),
    element('updated', isoOf(channel.updatedAt)),
    element('link', '', { rel: 'self', type: 'application/atom+xml', href: channel.selfUrl }),
    element('link', '', { rel: 'alternate', type: 'text/html', href: channel.homeUrl }),
    // An author is required; the feed speaks for the package set as a whole.
    element('author', [element('name', channel.title), element('uri', channel.homeUrl)]),
  ];
  const attributes = { xmlns: 'http://www.w3.org/2005/Atom', 'xml:lang': 'en' };
  return xmlDocument(element('feed', [...head, ...channel.items.map(entryOf)], attributes));
}

function entryOf(item: SyndicationItem): Xml {
  return element('entry', [
    element('id', item.id),
    element('title', item.title),
    element('updated', isoOf(item.updatedAt)),
    element('published', isoOf(item.publishedAt)),
    element('link', '', { rel: 'alternate', type: 'text/html', href: item.url }),
    ...item.categories.map((category) => element('category', '', { term: category })),
    element('summary', item.text),
    element('content', item.html, { type: 'html' }),
  ]);
}

function isoOf(instant: number): string {
  return toIso(cleanDate(instant).getTime());
}
