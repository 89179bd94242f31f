import { expect, test } from 'vitest';
import type { PublishedEvent } from '../../pipeline/evidence/index.ts';
import {
  advisory,
  day,
  explanation,
  fakeReads,
  finding,
  now,
  openFindings,
  publication,
  release,
  row,
  testApp,
} from '../testing.ts';

const html = { Accept: 'text/html' };
const address = `/advisories/${publication.id}`;
const shown = async (given: Parameters<typeof fakeReads>[0] = {}, path = address) =>
  (await testApp({ reads: fakeReads(given) }).request(path, { headers: html })).text();
const wordsOf = (page: string) => page.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');

test('one advisory: each channel, the fix with its patch, and the files for machines', async () => {
  const page = await shown();
  const words = wordsOf(page);
  for (const said of [
    'CVE-2024-6387 in openssh: regreSSHion',
    'also GHSA-2x8c-95vh-gfv4',
    '8.1 by redhat: CVSS:3.1/AV:N',
    '26.05 9.6p1 Built without the handler. (vulnerable code not present)',
    'rolling: 9.7p1, patched',
    'sha256-3YvQAqN5tdSZ37BQ3R+pr4Ap6ARh9LtsUjxJlz9aOfM=',
    'What it builds on 1 system',
  ])
    expect(words).toContain(said);
  for (const target of [
    '/cve/CVE-2024-6387',
    '/packages/openssh',
    `/releases/${release(99).uuid}`,
    'https://patches.example.org/CVE-2024-6387.patch',
    '/osv/x_XSP-2026-00001.json',
    '/csaf/white/2026/xsp-2026-00001.json',
    '/csaf/white/2026/xsp-2026-00001-vex.json',
    '/cyclonedx/26.05.json',
    '/cyclonedx/rolling.json',
    '/vex/package/openssh.json',
    '/api/v1/publications/XSP-2026-00001',
  ])
    expect(page).toContain(`href="${target}"`);
  expect(page).not.toContain('href="javascript:');
});

const at = Date.UTC(2026, 4, 12, 14, 3);
const of = { at, line: 'rolling' } as const;
test.each<readonly [PublishedEvent, string]>([
  [{ ...of, type: 'detected', version: '9.7p1' }, 'detected in 9.7p1'],
  [{ ...of, type: 'under_investigation' }, 'under investigation'],
  [{ ...of, type: 'affected', mitigation: null }, 'affected'],
  [{ ...of, type: 'affected', mitigation: 'Turn it off.' }, 'affected; meanwhile: Turn it off.'],
  [
    {
      ...of,
      type: 'not_affected',
      reason: 'build-option-off',
      justification: 'vulnerable_code_not_present',
      statement: 'Not built.',
      evidence: 'see the log',
    },
    'not affected, vulnerable code not present: Not built. see the log',
  ],
  [{ ...of, type: 'pending_upstream', link: 'https://x.example/1' }, 'reported upstream: https://x.example/1'],
  [{ ...of, type: 'fix_in_progress', target: '2026-06-01' }, 'a fix is being made, aimed at 2026-06-01'],
  [{ ...of, type: 'fixed', version: '9.8p1', release: null, systems: [] }, 'fixed in 9.8p1'],
  [
    { ...of, type: 'fixed', version: null, release: publication.lines[1]?.release ?? null, systems: [] },
    'fixed, release 0.1.99',
  ],
  [
    { ...of, type: 'fixed', version: null, release: null, systems: ['x86_64-linux', 'aarch64-linux'] },
    'the fix can be fetched on x86_64-linux, aarch64-linux',
  ],
  [
    { ...of, type: 'fix_not_planned', reason: 'It is behind a wall.', until: at },
    'no fix is planned before 12 May 2026: It is behind a wall.',
  ],
  [{ ...of, type: 'severity_changed', from: 'high', to: 'low' }, 'severity changed from high to low'],
  [{ ...of, type: 'exploitation_known', since: at }, 'known to be exploited since 12 May 2026'],
  [{ ...of, type: 'corrected', reason: 'it matches again' }, 'corrected: it matches again'],
  [{ ...of, type: 'withdrawn', reason: 'retracted' }, 'withdrawn: retracted'],
])('%j is told with its instant', async (event, said) => {
  const page = await shown({ publication: async () => ({ ...publication, events: [event] }) });
  expect(page).toContain('<time datetime="2026-05-12T14:03:00Z">');
  expect(wordsOf(page)).toContain(`2026-05-12 14:03 UTC rolling: ${said} `);
});

test('one that was replaced leads to what stands; one that was withdrawn says so', async () => {
  const replaced = await shown({
    publication: async () => ({
      ...publication,
      lines: [],
      events: [],
      withdrawn: { at: now - day, by: 'XSP-2025-00009' },
    }),
  });
  expect(wordsOf(replaced)).toContain('Withdrawn 1 d ago . XSP-2025-00009 speaks of the same.');
  expect(replaced).toContain('href="/advisories/XSP-2025-00009"');
  expect(wordsOf(replaced)).toContain('Nothing is said of any channel under this id.');
  expect(wordsOf(replaced)).toContain('Nothing was told under this id.');
  expect(replaced).not.toContain('/vex/package/');
  expect(replaced).not.toContain('id="fixes"');
  const withdrawn = await shown({
    publication: async () => ({ ...publication, withdrawn: { at: now - day, by: null } }),
  });
  expect(wordsOf(withdrawn)).toContain('It counts for nothing any more.');
});

test('what is not public is just not there, whatever was asked for', async () => {
  const app = testApp();
  const answers = await Promise.all(
    ['XSP-2026-00002', 'EMB-2026-1', '%3Cscript%3E', 'x'.repeat(300)].map(async (id) => {
      const answer = await app.request(`/advisories/${id}`, { headers: html });
      return [answer.status, await answer.text()];
    }),
  );
  for (const answer of answers) expect(answer).toEqual([404, answers[0]?.[1]]);
});

test('hostile text stays text', async () => {
  const evil = '"><script>alert(1)</script>';
  const page = await shown({
    publication: async () => ({
      ...publication,
      attr: evil,
      vulnerability: { ...publication.vulnerability, id: evil, names: [evil], title: evil, details: evil },
      lines: publication.lines.map((line) => ({
        ...line,
        channel: evil,
        patches: [{ name: evil, urls: ['javascript:alert(2)'], hash: evil, path: evil }],
      })),
      events: [
        { at, line: evil, type: 'pending_upstream', link: 'javascript:alert(3)' },
        { at, line: evil, type: 'corrected', reason: evil },
      ],
    }),
  });
  expect(page).not.toContain('<script>alert');
  expect(page).not.toMatch(/href="javascript:/i);
});

test('every page and feed that names an id leads there', async () => {
  const named = { ...row(finding('CVE-2024-3094', 'xz')), publishedAs: publication.id };
  const reads = {
    cvePage: async () => ({
      advisory: advisory('CVE-2024-3094'),
      matches: [],
      findings: [named],
      coveredPackages: 1,
      feedsSyncedAt: now,
      staleSince: null,
    }),
    findings: async () => ({ items: [named, ...openFindings], next: null, total: null }),
    explain: async () => ({ ...explanation, publishedAs: publication.id }),
    syndicatedAdvisories: async () => [
      {
        advisory: advisory('CVE-2024-3094'),
        findings: [named.finding],
        publishedAs: [publication.id],
        changedAt: now,
      },
    ],
  };
  for (const path of ['/cve/CVE-2024-3094', '/findings', '/cve/CVE-2024-6387/openssh'])
    expect(await shown(reads, path)).toContain(`href="${address}"`);
  const { items } = JSON.parse(await shown(reads, '/feeds/advisories.json'));
  expect(items[0].content_html).toContain(` (<a href="http://localhost${address}">${publication.id}</a>)</li>`);
  const found = await testApp().request(`/search?q=${publication.id.toLowerCase()}`, { headers: html });
  expect(found.headers.get('Location')).toBe(address);
});
