import { parseFeed } from 'feedsmith';
import RssParser from 'rss-parser';
import { describe, expect, test } from 'vitest';
import { brokenRules } from '../../../tests/support/feed-rules.ts';
import { fakeReads, testApp } from '../testing.ts';

const app = testApp();

test.each([
  ['releases', 'rss', 'application/rss+xml'],
  ['releases', 'atom', 'application/atom+xml'],
  ['releases', 'json', 'application/feed+json'],
  ['advisories', 'rss', 'application/rss+xml'],
  ['advisories', 'atom', 'application/atom+xml'],
  ['advisories', 'json', 'application/feed+json'],
])('%s.%s is given once and then revalidated', async (subject, type, contentType) => {
  const path = `/feeds/${subject}.${type}`;
  const response = await app.request(path);
  const text = await response.text();
  expect(response.status).toBe(200);
  expect(response.headers.get('Content-Type')).toContain(contentType);
  expect(text).toContain(subject === 'releases' ? 'acme/secure 0.1.99' : 'CVE-2024-6387');
  const [etag, modified] = [response.headers.get('ETag') ?? '', response.headers.get('Last-Modified') ?? ''];
  expect(Date.parse(modified)).toBeGreaterThan(0);
  const fresh = async (headers: Record<string, string>) => (await app.request(path, { headers })).status;
  expect(await fresh({ 'If-None-Match': etag })).toBe(304);
  expect(await fresh({ 'If-None-Match': `W/${etag}, "x"` })).toBe(304);
  expect(await fresh({ 'If-None-Match': '"x"', 'If-Modified-Since': modified })).toBe(200);
  expect(await fresh({ 'If-Modified-Since': modified })).toBe(304);
  expect(await fresh({ 'If-Modified-Since': 'Thu, 01 Jan 2015 00:00:00 GMT' })).toBe(200);
});

test.each(['severity/high', 'state/open'])(
  'what leaves %s is noticed: no date is given, only an ETag',
  async (place) => {
    const response = await app.request(`/feeds/${place}.atom`);
    expect([response.headers.get('Last-Modified'), response.headers.get('ETag')]).toEqual([null, expect.any(String)]);
    const modified = { 'If-Modified-Since': 'Fri, 01 Jan 2100 00:00:00 GMT' };
    expect((await app.request(`/feeds/${place}.atom`, { headers: modified })).status).toBe(200);
  },
);

test('what a feed is about is what is read', async () => {
  const asked: unknown[] = [];
  const own = testApp({
    reads: fakeReads({
      syndicatedAdvisories: async (subject) => {
        asked.push(subject);
        return [];
      },
    }),
  });
  for (const place of [
    'all',
    'channel/rolling',
    'package/python3Packages.requests',
    'package/a%2Fb',
    'cve/CVE-2024-6387',
    'severity/high',
    'state/breached',
    'state/act-now',
  ])
    expect((await own.request(`/feeds/${place}.json`)).status).toBe(200);
  expect(asked).toEqual([
    { kind: 'all' },
    { kind: 'channel', channel: 'rolling' },
    { kind: 'package', attr: 'python3Packages.requests' },
    { kind: 'package', attr: 'a/b' },
    { kind: 'cve', id: 'CVE-2024-6387' },
    { kind: 'severity', band: 'high' },
    { kind: 'state', state: 'breached' },
    { kind: 'state', state: 'act-now' },
  ]);
});

test('an address of a feed leads back to it', async () => {
  const feed = (await (await app.request('/feeds/package/a%2Fb.json')).json()) as { readonly feed_url: string };
  expect(feed.feed_url).toBe('http://localhost/feeds/package/a%2Fb.json');
});

test.each([
  '/feeds/severity/odd.rss',
  '/feeds/state/act.atom',
  '/feeds/package/.atom',
  '/feeds/cve/a/b.atom',
  '/feeds/all/x.atom',
  '/feeds/releases.xml',
  '/feeds/other.rss',
  '/feeds/releases.rss.exe',
  '/feeds/releases.constructor',
  '/feeds/releases',
])('%s is not found', async (path) => {
  expect((await app.request(path)).status).toBe(404);
});

describe('parsers that people use read what we publish', () => {
  const textOf = async (file: string) => (await app.request(`/feeds/${file}`)).text();

  test.each([
    ['releases.rss', 'rss'],
    ['releases.atom', 'atom'],
    ['releases.json', 'json'],
    ['advisories.rss', 'rss'],
    ['advisories.atom', 'atom'],
    ['advisories.json', 'json'],
    ['all.rss', 'rss'],
    ['all.atom', 'atom'],
    ['all.json', 'json'],
    ['package/openssh.rss', 'rss'],
    ['severity/high.atom', 'atom'],
    ['state/fixed.json', 'json'],
    ['cve/CVE-2024-6387.rss', 'rss'],
    ['releases/rolling.atom', 'atom'],
    ['channel/rolling.atom', 'atom'],
  ])('%s by feedsmith', async (file, format) => {
    const text = await textOf(file);
    const parsed = parseFeed(text);
    expect(parsed.format).toBe(format);
    const { title, items, entries } = parsed.feed as Readonly<Record<string, unknown>>;
    // Atom's is an object with the kind of text.
    expect(JSON.stringify(title)).toMatch(/acme\/secure: /);
    expect((items ?? entries) as readonly unknown[]).not.toHaveLength(0);
  });

  test.each([
    'releases.rss',
    'releases.atom',
    'advisories.rss',
    'advisories.atom',
    'all.rss',
    'all.atom',
    'package/openssh.atom',
  ])('%s by rss-parser', async (file) => {
    const feed = await new RssParser().parseString(await textOf(file));
    expect(feed.title).toMatch(/acme\/secure: /);
    for (const item of feed.items) {
      expect(item.title).toBeTruthy();
      expect(item.link).toMatch(/^http:\/\/localhost\/(releases|cve)\//);
      expect(Date.parse(item.isoDate ?? '')).toBeGreaterThan(0);
    }
    expect(new Set(feed.items.map((item) => item.guid ?? (item as { readonly id?: string }).id)).size).toBe(
      feed.items.length,
    );
  });
});

const places = [
  'all',
  'releases',
  'advisories',
  'channel/rolling',
  'package/openssh',
  'cve/CVE-2024-6387',
  'severity/high',
  'state/fixed',
];

describe.each(places)('the feed of %s', (place) => {
  test.each(['rss', 'atom', 'json'] as const)('keeps every rule of its format: %s', async (type) => {
    const response = await app.request(`/feeds/${place}.${type}`);
    expect(response.status).toBe(200);
    expect(brokenRules(type, await response.text())).toEqual([]);
  });
});

test.each([
  ['rss', '<rss version="2.0"><channel><title>t</title></channel></rss>'],
  ['atom', '<feed xmlns="http://www.w3.org/2005/Atom"><id>x</id><entry/><entry/></feed>'],
  ['json', '{"version":"https://jsonfeed.org/version/1.1","title":"t","items":[{"id":1},{"id":1}]}'],
] as const)('a broken one is seen to be: %s', (type, text) => {
  expect(brokenRules(type, text).length).toBeGreaterThan(2);
});
