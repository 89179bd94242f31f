import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { describe, expect, test } from 'vitest';
import { renderAtom, renderJsonFeed, renderRss, type SyndicationChannel } from './index.ts';

const at = Date.UTC(2027, 2, 2, 10);
const awkward = 'a]]>b <i>&amp; "q" \'s\' \u{1F600} \0\x1b\x85\uFFFE\ud800 c\r\nd\te';
const read = 'a]]>b <i>&amp; "q" \'s\' \u{1F600} \uFFFD c\r\nd\te';

function channelOf(text: string, instant = at): SyndicationChannel {
  return {
    title: text,
    description: text,
    homeUrl: 'https://h.example/?a=1&b="2"',
    selfUrl: 'https://h.example/feeds/releases.atom',
    updatedAt: instant,
    items: [
      {
        id: 'urn:uuid:01900000-0000-7000-8000-000000000001',
        url: 'https://h.example/releases/1?a&b',
        title: text,
        text,
        html: `<p>${text}</p>`,
        publishedAt: instant,
        updatedAt: instant + 1000,
        categories: ['high', text],
      },
      {
        id: 'https://h.example/2',
        url: 'https://h.example/2',
        title: 'two',
        text: '',
        html: '',
        publishedAt: 0,
        updatedAt: 0,
        categories: [],
      },
    ],
  };
}

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  isArray: (name) => ['item', 'entry', 'category'].includes(name),
  trimValues: false,
  parseTagValue: false,
  htmlEntities: true,
});

/** As a parser gives it to a reader; fails where the text is not XML 1.0. */
function parsed(xml: string) {
  expect(XMLValidator.validate(xml)).toBe(true);
  expect(xml).toMatch(/^[\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]*$/u);
  return parser.parse(xml);
}

describe('RSS', () => {
  test('has what RSS 2.0 requires, and the texts as they were', () => {
    const { rss } = parsed(renderRss(channelOf(awkward)));
    expect(rss['@version']).toBe('2.0');
    const { item, ...head } = rss.channel;
    expect(head).toMatchObject({
      title: read,
      link: 'https://h.example/?a=1&b="2"',
      description: read,
      lastBuildDate: 'Tue, 02 Mar 2027 10:00:00 GMT',
      'atom:link': { '@href': 'https://h.example/feeds/releases.atom', '@rel': 'self' },
    });
    expect(item).toMatchObject([
      {
        title: read,
        link: 'https://h.example/releases/1?a&b',
        guid: { '#text': 'urn:uuid:01900000-0000-7000-8000-000000000001', '@isPermaLink': 'false' },
        pubDate: 'Tue, 02 Mar 2027 10:00:00 GMT',
        category: ['high', read],
        description: `<p>${read}</p>`,
      },
      { guid: { '#text': 'https://h.example/2', '@isPermaLink': 'true' }, description: '' },
    ]);
  });
});

describe('Atom', () => {
  test('has what RFC 4287 requires, and the texts as they were', () => {
    const { feed } = parsed(renderAtom(channelOf(awkward)));
    const { entry, ...head } = feed;
    expect(head).toMatchObject({
      '@xmlns': 'http://www.w3.org/2005/Atom',
      id: 'https://h.example/feeds/releases.atom',
      title: read,
      updated: '2027-03-02T10:00:00Z',
      author: { name: read },
      link: [
        { '@rel': 'self', '@href': 'https://h.example/feeds/releases.atom' },
        { '@rel': 'alternate', '@href': 'https://h.example/?a=1&b="2"' },
      ],
    });
    expect(entry).toMatchObject([
      {
        id: 'urn:uuid:01900000-0000-7000-8000-000000000001',
        title: read,
        updated: '2027-03-02T10:00:01Z',
        published: '2027-03-02T10:00:00Z',
        link: { '@rel': 'alternate', '@href': 'https://h.example/releases/1?a&b' },
        category: [{ '@term': 'high' }, { '@term': read }],
        summary: read,
        content: { '@type': 'html', '#text': `<p>${read}</p>` },
      },
      { id: 'https://h.example/2', updated: '1970-01-01T00:00:00Z' },
    ]);
  });
});

describe('JSON Feed', () => {
  test('has what version 1.1 requires, and the texts as they were', () => {
    const text = renderJsonFeed(channelOf(awkward));
    expect(text.isWellFormed()).toBe(true);
    expect(JSON.parse(text)).toMatchObject({
      version: 'https://jsonfeed.org/version/1.1',
      title: read,
      home_page_url: 'https://h.example/?a=1&b="2"',
      feed_url: 'https://h.example/feeds/releases.atom',
      items: [
        {
          id: 'urn:uuid:01900000-0000-7000-8000-000000000001',
          url: 'https://h.example/releases/1?a&b',
          title: read,
          content_text: read,
          content_html: `<p>${read}</p>`,
          date_published: '2027-03-02T10:00:00Z',
          date_modified: '2027-03-02T10:00:01Z',
          tags: ['high', read],
        },
        { id: 'https://h.example/2', content_text: '', tags: [] },
      ],
    });
  });
});

const instants = [Number.NaN, -1, Number.POSITIVE_INFINITY, Number.MAX_VALUE, 8.64e15 + 1, 253402300800000, 0.5];
test.each(instants)('the instant %d is still a date', (instant) => {
  const channel = channelOf('x', instant);
  const iso = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;
  expect(parsed(renderAtom(channel)).feed.updated).toMatch(iso);
  expect(JSON.parse(renderJsonFeed(channel)).items[0].date_modified).toMatch(iso);
  expect(parsed(renderRss(channel)).rss.channel.lastBuildDate).toMatch(/^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$/);
});

test('a feed with nothing to say is a feed', () => {
  const empty = { ...channelOf('x'), items: [] };
  expect(parsed(renderRss(empty)).rss.channel.item).toBeUndefined();
  expect(parsed(renderAtom(empty)).feed.entry).toBeUndefined();
  expect(JSON.parse(renderJsonFeed(empty)).items).toEqual([]);
});

test('any text gives well-formed feeds that say the same', () => {
  const unit = fc.oneof(
    fc.constantFrom('<', '>', '&', '"', ']', '\0', '\ud800', '\uFFFF', '\u{1F600}'),
    fc.string({ unit: 'binary' }),
  );
  fc.assert(
    fc.property(fc.array(unit, { maxLength: 10 }), (units) => {
      const channel = channelOf(`x${units.join('')}x`);
      const [rss, atom] = [parsed(renderRss(channel)).rss.channel, parsed(renderAtom(channel)).feed];
      expect([rss.title, atom.title]).toEqual(Array(2).fill(JSON.parse(renderJsonFeed(channel)).title));
    }),
  );
});

// A strict parser of another make: expat.
const python = spawnSync('python3', ['-c', 'import xml.parsers.expat']).status === 0;
if (!python) console.log('skipped: no python3 with expat on this machine');
test.skipIf(!python).each([renderRss, renderAtom])('%o is read by expat', (render) => {
  const script = 'import sys, xml.parsers.expat as e; e.ParserCreate().Parse(sys.stdin.buffer.read(), True)';
  const { status, stderr } = spawnSync('python3', ['-c', script], {
    input: render(channelOf(awkward)),
    encoding: 'utf8',
  });
  expect([status, stderr]).toEqual([0, '']);
});
