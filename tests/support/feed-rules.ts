import { XMLParser } from 'fast-xml-parser';

/**
 * What a feed reader may rely on, by the definitions of the formats and nothing of ours: RSS 2.0.11 (rssboard.org), its best
 * practices profile, Atom (RFC 4287), JSON Feed 1.1 (jsonfeed.org). Gives the rules that are broken; none for a valid feed.
 */
export function brokenRules(type: 'rss' | 'atom' | 'json', text: string): readonly string[] {
  return { rss: rssFaults, atom: atomFaults, json: jsonFaults }[type](text);
}

type Node = { readonly [name: string]: unknown };

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  parseTagValue: false,
  parseAttributeValue: false,
  isArray: (name) => ['item', 'entry', 'link', 'atom:link', 'category', 'author'].includes(name),
});
const rfc822 = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} (GMT|[+-]\d{4})$/;
const rfc3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

function rssFaults(text: string): readonly string[] {
  const rss = (parser.parse(text) as Node).rss as Node | undefined;
  const channel = rss?.channel as Node | undefined;
  if (rss === undefined || channel === undefined) return ['there is no rss element with a channel'];
  const items = listOf(channel.item);
  const self = listOf(channel['atom:link']).find((link) => link['@rel'] === 'self');
  return [
    ...need(rss['@version'] === '2.0', 'version is not 2.0'),
    ...['title', 'description'].flatMap((name) => need(isText(channel[name]), `the channel has no ${name}`)),
    ...need(isUrl([channel.link].flat()[0]), 'the channel has no link that is an address'),
    ...need(self !== undefined && isUrl(self['@href']), 'there is no atom:link to the feed itself'),
    ...need(channel.lastBuildDate === undefined || rfc822.test(String(channel.lastBuildDate)), 'lastBuildDate'),
    ...unique(items.map(({ guid }) => textIn(guid))),
    ...items.flatMap((item) => [
      ...need(isText(item.title) || isText(item.description), 'an item has neither title nor description'),
      ...need(isText(textIn(item.guid)), 'an item has no guid'),
      ...need(attributeOf(item.guid, 'isPermaLink') === 'false' || isUrl(textIn(item.guid)), 'a guid is no permalink'),
      ...need(rfc822.test(String(item.pubDate)), `pubDate ${String(item.pubDate)}`),
      ...need(listOf(item.link).length <= 1, 'an item has several links'),
    ]),
  ];
}

function atomFaults(text: string): readonly string[] {
  const feed = (parser.parse(text) as Node).feed as Node | undefined;
  if (feed === undefined) return ['there is no feed element'];
  const entries = listOf(feed.entry);
  const self = listOf(feed.link).find((link) => link['@rel'] === 'self');
  const hasAuthor = listOf(feed.author).length > 0;
  return [
    ...need(feed['@xmlns'] === 'http://www.w3.org/2005/Atom', 'the namespace is not that of Atom'),
    ...need(isUrl(feed.id), 'the id is no address'),
    ...need(isText(textIn(feed.title)), 'there is no title'),
    ...need(rfc3339.test(String(feed.updated)), `updated ${String(feed.updated)}`),
    ...need(self !== undefined && isUrl(self['@href']), 'there is no link to the feed itself'),
    ...unique(entries.map(({ id }) => textIn(id))),
    ...entries.flatMap((entry) => [
      ...need(isUrl(textIn(entry.id)), 'the id of an entry is no address'),
      ...need(isText(textIn(entry.title)), 'an entry has no title'),
      ...need(rfc3339.test(String(entry.updated)), `updated ${String(entry.updated)}`),
      ...need(entry.published === undefined || rfc3339.test(String(entry.published)), 'published'),
      ...need(hasAuthor || listOf(entry.author).length > 0, 'nobody is its author'),
      ...need(
        entry.content !== undefined || listOf(entry.link).some((link) => (link['@rel'] ?? 'alternate') === 'alternate'),
        'an entry has neither content nor an alternate link',
      ),
    ]),
  ];
}

function jsonFaults(text: string): readonly string[] {
  const feed = JSON.parse(text) as Node;
  const items = listOf(feed.items);
  return [
    ...need(feed.version === 'https://jsonfeed.org/version/1.1', 'version'),
    ...need(isText(feed.title), 'there is no title'),
    ...need(Array.isArray(feed.items), 'items is no list'),
    ...need(isUrl(feed.feed_url), 'feed_url is no address'),
    ...need(feed.home_page_url === undefined || isUrl(feed.home_page_url), 'home_page_url'),
    ...unique(items.map(({ id }) => id)),
    ...items.flatMap((item) => [
      ...need(isText(item.id), 'an item has no id that is a text'),
      ...need(isText(item.content_html) || isText(item.content_text), 'an item has no content'),
      ...need(item.url === undefined || isUrl(item.url), 'the url of an item'),
      ...['date_published', 'date_modified'].flatMap((name) =>
        need(item[name] === undefined || rfc3339.test(String(item[name])), name),
      ),
      ...need(item.tags === undefined || (Array.isArray(item.tags) && item.tags.every(isText)), 'tags'),
    ]),
  ];
}

function need(holds: boolean, rule: string): readonly string[] {
  return holds ? [] : [rule];
}

function unique(ids: readonly unknown[]): readonly string[] {
  return need(new Set(ids).size === ids.length, 'two entries have the same id');
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value.trim() !== '';
}

function isUrl(value: unknown): boolean {
  return typeof value === 'string' && URL.canParse(value);
}

/** The text of an element that may have attributes. */
function textIn(value: unknown): unknown {
  return typeof value === 'object' && value !== null && '#text' in value ? value['#text'] : value;
}

function attributeOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Node)[`@${name}`] : undefined;
}

function listOf(value: unknown): readonly Node[] {
  return Array.isArray(value) ? (value as readonly Node[]) : value === undefined ? [] : [value as Node];
}
