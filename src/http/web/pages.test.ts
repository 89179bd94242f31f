import { describe, expect, test } from 'vitest';
import { advisory, affected, fakeReads, finding, match, now, release, row, testApp } from '../testing.ts';

const app = testApp();
const html = { Accept: 'text/html' };
const addresses = [
  '/',
  '/packages',
  '/packages/openssh',
  '/advisories',
  '/advisories/XSP-2026-00001',
  '/cve/CVE-2024-6387',
  '/cve/CVE-2024-6387/openssh',
  '/cve/CVE-1999-99999',
  '/findings',
  '/releases',
  `/releases/${release(99).uuid}`,
  '/feeds',
  '/feeds/quarantine',
  '/consumers',
  '/channels',
  '/unbounded',
  '/rescore',
  '/rescore/rolling',
  '/reviews',
  '/reviews?state=any',
  '/reviews/12',
  '/flakes',
  '/orgs',
  '/org/acme',
  '/label/nix',
  '/flake/acme/secure',
  '/flake/acme/secure/releases',
  '/flake/acme/secure/0.1.99',
];

test.each(addresses)('%s is one well-made page that loads nothing foreign', async (path) => {
  const response = await app.request(path, { headers: html });
  const text = await response.text();
  expect(response.status).toBe(path.includes('99999') ? 404 : 200);
  expect(response.headers.get('Content-Type')).toMatch(/^text\/html/);
  expect(text).toMatch(/^<!doctype html>\n<html lang="en">/);
  expect(text.match(/<h1>/g)).toHaveLength(1);
  expect(text.match(/<main /g)).toHaveLength(1);
  expect(text).not.toMatch(/<(?:script|link|img|iframe)[^>]+(?:src|href)="(?:https?:)?\/\//);
  expect(text).not.toMatch(/<[^>]+\s(?:style|on\w+)=/);
  expect(text).not.toMatch(/<script>|undefined|\[object Object\]|NaN/);
  const ids = [...text.matchAll(/<[^>]+? id="([^"]+)"/g)].map(([, id]) => id);
  expect(ids).toEqual([...new Set(ids)]);
  expect((await app.request(path, { method: 'HEAD', headers: html })).status).toBe(response.status);
});

test.each([...addresses, '/nothing', '/healthz', '/f/acme/secure/0', '/api/v1/status'])(
  '%s carries the security headers',
  async (path) => {
    const { headers } = await app.request(path);
    expect(headers.get('Content-Security-Policy')).toContain("default-src 'none'");
    expect(headers.get('Content-Security-Policy')).not.toMatch(/unsafe|\*/);
    expect(headers.get('X-Content-Type-Options')).toBe('nosniff');
    expect(headers.get('Referrer-Policy')).toBe('no-referrer');
    expect(headers.get('Strict-Transport-Security')).toBeNull();
  },
);

test('over https the browser is told to stay there', async () => {
  expect(
    (await testApp({ publicUrl: 'https://secure.example' }).request('/')).headers.get('Strict-Transport-Security'),
  ).toMatch(/^max-age=\d+$/);
});

test('hostile text of a feed stays text on every page', async () => {
  const evil = '"><script>alert(1)</script><img src=x onerror=alert(2)>';
  const evilAdvisory = advisory('CVE-2024-0001', {
    title: evil,
    details: evil,
    aliases: [evil],
    severitySource: evil,
    references: ['javascript:alert(3)', `https://x.example/${evil}`],
    exploitation: { ...advisory('x').exploitation, knownExploitedSince: now, dueDate: evil },
    records: [
      {
        source: evil,
        recordId: evil,
        state: 'active',
        publishedAt: null,
        affected: [
          affected({ identity: { kind: 'purl', purl: evil }, weak: evil, platforms: [evil], component: evil }),
        ],
        severities: [{ kind: 'text', vector: null, score: null, text: evil, rater: evil }],
        statements: [{ product: evil, status: 'fixed', version: evil, justification: evil, text: evil }],
        tags: [],
      },
    ],
  });
  const evilRow = row(finding('CVE-2024-0001', evil, { version: evil, explanation: evil, channel: evil }));
  const reads = fakeReads({
    cvePage: async () => ({
      advisory: evilAdvisory,
      matches: [match('CVE-2024-0001', evil, { explanation: evil })],
      findings: [evilRow],
      coveredPackages: 1,
      feedsSyncedAt: now,
      staleSince: null,
    }),
    findings: async () => ({ items: [evilRow], next: evil, total: 1 }),
    advisories: async () => ({
      items: [{ advisory: { ...evilAdvisory, knownExploited: false }, openFindings: 1, findings: 1 }],
      next: evil,
      total: 1,
    }),
    packages: async () => ({
      items: [
        {
          attr: evil,
          pname: evil,
          description: evil,
          category: evil,
          versions: [{ channel: evil, version: evil }],
          openFindings: 0,
          worst: null,
        },
      ],
      next: null,
      total: 1,
    }),
    syndicatedAdvisories: async () => [{ advisory: evilAdvisory, findings: [evilRow.finding], changedAt: 0 }],
  });
  const hostile = testApp({ reads });
  for (const path of [
    '/cve/CVE-2024-0001',
    '/findings',
    '/advisories',
    '/packages',
    `/packages?q=${encodeURIComponent(evil)}`,
    `/nothing/${encodeURIComponent(evil)}`,
  ]) {
    const text = await (await hostile.request(path, { headers: html })).text();
    expect(text).not.toContain('<script>alert');
    expect(text).not.toContain('<img src=x');
    expect(text).not.toMatch(/href="javascript:/i);
  }
  for (const type of ['rss', 'atom']) {
    expect(await (await hostile.request(`/feeds/advisories.${type}`)).text()).not.toContain('<script>alert');
  }
  // A JSON Feed's title is plain text by its specification; only content_html is markup.
  const { items } = JSON.parse(await (await hostile.request('/feeds/advisories.json')).text());
  expect(items[0].content_html).not.toContain('<script>alert');
});

// What the CVE record and its CISA container, curl and Debian say of it.
test('a vulnerability page shows what every source says, and how far it is a proof', async () => {
  const curl = advisory('CVE-2023-38545', {
    severityDisputed: true,
    exploitation: {
      ...advisory('x').exploitation,
      ssvc: { exploitation: 'poc', automatable: false, technicalImpact: 'total' },
    },
    records: [
      {
        source: 'cve',
        recordId: 'CVE-2023-38545',
        state: 'active',
        publishedAt: Date.UTC(2023, 9, 18),
        affected: [
          affected({
            identity: { kind: 'product', vendor: 'curl', product: 'curl' },
            ranges: [{ lo: null, loInclusive: true, hi: '8.4.0', hiInclusive: false }],
            unaffected: [{ lo: null, loInclusive: true, hi: '7.69.0', hiInclusive: false }],
            weak: 'lessThan equals version',
            component: 'lib',
          }),
        ],
        severities: [{ kind: 'CVSS_V3', vector: null, score: 8.8, text: null, rater: 'cisa-adp' }],
        statements: [],
        tags: ['disputed'],
      },
      {
        source: 'debian',
        recordId: 'CVE-2023-38545',
        state: 'active',
        publishedAt: null,
        affected: [],
        severities: [],
        statements: [
          { product: 'bookworm curl', status: 'fixed', version: '7.88.1-10+deb12u4', justification: null, text: null },
        ],
        tags: [],
      },
    ],
  });
  const reads = fakeReads({
    cvePage: async () => ({
      advisory: curl,
      matches: [],
      findings: [],
      coveredPackages: 1,
      feedsSyncedAt: now,
      staleSince: null,
    }),
  });
  const page = await (await testApp({ reads }).request('/cve/CVE-2023-38545', { headers: html })).text();
  const words = page.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');
  for (const said of [
    'sources differ by a band or more',
    'a proof of concept is public, cannot be automated, total control of the software by CISA (SSVC)',
    'curl curl, part lib before 8.4.0 unaffected: before 7.69.0 no proof on its own: lessThan equals version',
    'CVE-2023-38545 disputed 8.8 (CVSS 3, cisa-adp)',
    'bookworm curl fixed in 7.88.1-10+deb12u4',
  ])
    expect(words).toContain(said);
  expect(words).not.toContain('names nothing');
});

test('a vulnerability that was withdrawn says so, to people and to programs', async () => {
  const gone = advisory('CVE-2023-36268', { state: 'withdrawn' });
  const cvePage = async () => ({
    advisory: gone,
    matches: [],
    findings: [],
    coveredPackages: 1,
    feedsSyncedAt: now,
    staleSince: null,
  });
  const app = testApp({ reads: fakeReads({ cvePage }) });
  const page = await (await app.request('/cve/CVE-2023-36268', { headers: html })).text();
  expect(page).toContain('None of its records stands any more');
  const answer = await (await app.request('/api/v1/cve/CVE-2023-36268')).json();
  expect(answer).toMatchObject({ answer: 'not_affected', advisory: { state: 'withdrawn' } });
});

describe('empty states say what to do', () => {
  const nothing = fakeReads({
    overview: async () => ({
      promise: [],
      urgent: [],
      latestRelease: null,
      channels: [],
      coveredPackages: 0,
      advisories: 0,
      underInvestigation: 0,
      feeds: [],
      journal: [],
      consumers: 0,
      mustAct: 0,
      rescores: [],
      termsNotice: null,
    }),
    packages: async () => ({ items: [], next: null, total: 0 }),
    advisories: async () => ({ items: [], next: null, total: 0 }),
    findings: async () => ({ items: [], next: null, total: 0 }),
    releases: async () => [],
    feeds: async () => [],
    consumers: async () => ({ standings: [], mustAct: [] }),
    channels: async () => [],
    unbounded: async () => ({ items: [], next: null, total: 0 }),
    rescores: async () => [],
    cvePage: async () => ({
      advisory: null,
      matches: [],
      findings: [],
      coveredPackages: 0,
      feedsSyncedAt: null,
      staleSince: null,
    }),
  });
  test.each([
    ['/', 'snowguard release'],
    ['/', '<h1>No package has been evaluated yet</h1>'],
    ['/packages', 'snowguard scan'],
    ['/packages?q=zzz', 'Show all'],
    ['/packages?q=zzz', '0 packages of that name.'],
    ['/advisories', 'snowguard sync'],
    ['/findings', 'Nothing is open.'],
    ['/findings?state=fixed', 'Show every finding'],
    ['/releases', 'snowguard release'],
    ['/feeds', 'snowguard sync'],
    ['/channels', '[[channel]]'],
    ['/unbounded', 'Nothing here'],
    ['/rescore', 'Nothing waits'],
    ['/consumers', 'curl --data-binary @flake.lock'],
    ['/cve/CVE-2030-0001', 'No feed has been read yet'],
    ['/cve/nonsense!', 'form of a vulnerability id'],
  ])('%s: %s', async (path, words) => {
    expect(await (await testApp({ reads: nothing }).request(path)).text()).toContain(words);
  });
});

test.each([
  ['/search?q=cve-2024-3094', '/cve/CVE-2024-3094'],
  ['/search?q=GHSA-rxwq-x6h5-x525', '/cve/GHSA-rxwq-x6h5-x525'],
  ['/search?q=openssl', '/packages?q=openssl'],
  ['/search?q=%2F%2Fevil.example', '/packages?q=%2F%2Fevil.example'],
  ['/search', '/packages'],
])('%s leads to %s', async (path, location) => {
  const response = await app.request(path, { headers: html });
  expect([response.status, response.headers.get('Location')]).toEqual([303, location]);
});

test('the next page keeps the query', async () => {
  expect(await (await app.request('/packages')).text()).toContain('href="/packages?after=xz"');
  expect(await (await app.request('/packages?after=xz')).text()).toContain('href="/packages">First page');
});

test.each(['/assets/site.css', '/assets/keys.js', '/assets/mark.svg'])('%s is kept and revalidated', async (path) => {
  const first = await app.request(`${path}?v=1`);
  expect(first.headers.get('Cache-Control')).toContain('immutable');
  const etag = first.headers.get('ETag') ?? '';
  expect((await app.request(path, { headers: { 'If-None-Match': etag } })).status).toBe(304);
});

test('long addresses, other methods and unknown pages are answered, each in its kind', async () => {
  expect((await app.request(`/packages?q=${'x'.repeat(5000)}`)).status).toBe(414);
  expect((await app.request(`/packages?q=${'x'.repeat(3000)}`)).status).toBe(200);
  const posted = await app.request('/packages', { method: 'POST', body: 'x' });
  expect([posted.status, posted.headers.get('Allow')]).toEqual([405, 'GET, HEAD']);
  const missing = await app.request('/nothing', { headers: html });
  expect([missing.status, (await missing.text()).includes('To the overview')]).toEqual([404, true]);
  expect((await app.request('/releases/../../etc/passwd', { headers: html })).status).toBe(404);
  expect((await app.request('/packages/%ff', { headers: html })).status).toBe(404);
});

test('an explanation gives identity, range, patch, score and what would change it', async () => {
  const page = await (await testApp().request('/cve/CVE-2024-6387/openssh', { headers: html })).text();
  expect(page).toContain('run to build git');
  for (const text of ['A1 (0.98)', 'not this: another product', 'out, 9.8p1 is past', 'claimed: locale_archive.patch'])
    expect(page).toContain(text);
  for (const text of ['0.000 = identity 0.980', 'two orders of these versions differ', 'A record whose range includes'])
    expect(page).toContain(text);
  expect((await testApp().request('/cve/CVE-2024-6387/gone', { headers: html })).status).toBe(404);
});

test('a source under review is read against its tag, with nothing hidden in it', async () => {
  const app = testApp();
  const response = await app.request('/reviews/12/sources/openssh?against=tag', { headers: html });
  expect(response.status).toBe(200);
  const text = await response.text();
  expect(text).toContain('+eval &lt;b&gt;⟨U+202E⟩');
  expect(text).toContain('m4/&lt;planted&gt;.m4');
  expect((await app.request('/reviews/12/sources/curl', { headers: html })).status).toBe(404);
});

test('the list of reviews names what the detectors saw', async () => {
  const text = await (await app.request('/reviews?state=any', { headers: html })).text();
  expect(text).toContain('D01 Other source under the same version</span>');
});

test('a review shows what fired, what is lacking and the text, and offers a stranger to sign in', async () => {
  const text = await (await app.request('/reviews/12', { headers: html })).text();
  expect(text).toContain('D01 Other source under the same version');
  expect(text).toContain(
    'Only observed, so it goes in as it is. To be approved: one more person has to approve it; one of them has to lead security',
  );
  expect(text).toContain('+new &lt;b&gt;');
  expect(text).toContain('openssh: &lt;update&gt;');
  expect(text).toContain('D12: no commits (no forge is set)');
  expect(text).toContain('mirror.example.org gives other bytes');
  expect(text).toContain('openssh: failed, see &lt;log&gt;');
  expect(text).toContain('<a href="/sign-in?next=%2Freviews%2F12">Sign in</a> to decide.');
  expect(text).not.toContain('<form class="ask" method="post"');
  expect((await app.request('/reviews/13', { headers: html })).status).toBe(404);
});
