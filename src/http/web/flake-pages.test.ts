import { expect, test } from 'vitest';
import { registryOf, release, releases, testApp } from '../testing.ts';

const html = { Accept: 'text/html' };
const app = testApp({
  registry: registryOf([
    ...releases,
    ...Array.from({ length: 12 }, (_, index) => release(index + 1, { organisation: 'Zoo', flake: 'Tool' })),
  ]),
});
const linksOf = (page: string) => [...page.matchAll(/href="([^"]+)"/g)].map(([, link]) => link);

test.each([
  ['/flakes', 'Flakes', ['/flake/acme/secure', '/flake/Zoo/Tool', '/org/Zoo']],
  ['/orgs', 'Organisations', ['/org/acme', '/org/Zoo']],
  ['/org/zoo', 'Zoo', ['/flake/Zoo/Tool']],
  ['/label/nix', 'Flakes labelled nix', ['/flakes']],
  ['/flake/ACME/Secure', 'acme/secure', ['/flake/acme/secure/0.1.99', '/flake/acme/secure/0.1.100', '/org/acme']],
  ['/flake/zoo/tool', 'Zoo/Tool', ['/flake/Zoo/Tool/releases', '/flake/Zoo/Tool/0.1.12', '/flake/Zoo/Tool/0.1.3']],
  ['/flake/zoo/tool/releases', 'Releases', ['/flake/Zoo/Tool', '/flake/Zoo/Tool/0.1.1']],
  ['/flake/acme/secure/0.1.99', 'acme/secure 0.1.99', ['/flake/acme/secure', '/flake/acme/secure/0.1.97']],
  [`/flake/acme/secure/0.1.100%2Brev-${'100'.repeat(14).slice(0, 40)}`, 'acme/secure 0.1.100', []],
])('%s: %s', async (path, heading, links) => {
  const response = await app.request(path, { headers: html });
  const page = await response.text();
  expect([response.status, page.match(/<h1>/g)?.length]).toEqual([200, 1]);
  expect(/<h1>(.*?)<\/h1>/s.exec(page)?.[1]?.replaceAll(/<[^>]*>/g, '')).toBe(heading);
  expect(linksOf(page)).toEqual(expect.arrayContaining(links));
  expect(page).not.toMatch(/undefined|NaN|\[object/);
});

test('who wants to publish is told how, with the address of this house', async () => {
  const response = await testApp({ publicUrl: 'https://sets.example' }).request('/new', { headers: html });
  const page = await response.text();
  expect([response.status, page.match(/<h1>(.*?)<\/h1>/)?.[1]]).toEqual([200, 'Publish a flake']);
  expect(page).toMatch(/uses: DeterminateSystems\/flakehub-push@main\n +with:\n +host: https:\/\/sets\.example\n/);
  expect(page).toContain('FLAKEHUB_PUSH_HOST=https://sets.example');
  expect(page).toMatch(/tag: \$\{\{ github\.ref_name \}\}/);
  expect(linksOf(await (await app.request('/flakes', { headers: html })).text())).toContain('/new');
});

test('a page of many releases shows the newest ten', async () => {
  const page = await (await app.request('/flake/zoo/tool', { headers: html })).text();
  expect(linksOf(page)).not.toContain('/flake/Zoo/Tool/0.1.2');
  expect(page).toContain('All 12 releases');
});

test.each([
  '/org/nobody',
  '/org/%ff',
  '/flake/acme/none',
  '/flake/acme/secure/0.1.1',
  '/flake/acme/secure/0.1',
  '/flake/acme/secure/..%2f..%2fetc',
  '/flake/acme/secure/0.1.99/more',
])('%s is not found', async (path) => {
  const response = await app.request(path, { headers: html });
  expect([response.status, response.headers.get('Content-Type')]).toEqual([404, 'text/html; charset=UTF-8']);
});

test('names from an address stay text', async () => {
  const evil = encodeURIComponent('"><script>alert(1)</script>');
  expect(await (await app.request(`/label/${evil}`, { headers: html })).text()).not.toContain('<script>alert');
});

test('an empty registry says so', async () => {
  const empty = testApp({ registry: registryOf([]) });
  expect(await (await empty.request('/flakes', { headers: html })).text()).toContain('No flake has a release yet.');
  expect(await (await empty.request('/orgs', { headers: html })).text()).toContain('Nobody has published a flake yet.');
});
