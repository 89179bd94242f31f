import { expect, test } from 'vitest';
import { now, testApp } from '../testing.ts';
import { emptyCache } from './testing.ts';

const key = 'secure.example.org-1:A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=';
const page = async (app: ReturnType<typeof testApp>) =>
  (await app.request('/cache', { headers: { Accept: 'text/html' } })).text();

test('an empty cache says how to fill it', async () => {
  const text = await page(testApp());
  expect(text).toContain('Nothing yet');
  expect(text).toContain('nix copy --to');
});

test('the page has the lines for nix.conf and hides what whoever looks may not read', async () => {
  const sizes = async () =>
    (['common', 'of/acme/shown', 'of/acme/hidden'] as const).map((cache) => ({
      cache,
      paths: 3,
      fileBytes: 2_000_000,
      narBytes: 9_000_000,
    }));
  const visibilityOf = async ({ flake }: { readonly flake: string }) => (flake === 'shown' ? 'public' : 'private');
  const keys = async () => [{ name: 'k', publicKey: key, createdAt: now, createdBy: 'ada', retiredAt: null }];
  const text = await page(testApp({ cache: { ...emptyCache, sizes, keys, visibilityOf } as typeof emptyCache }));
  expect(text).toContain(`extra-trusted-public-keys = ${key}`);
  expect(text).toContain('acme/shown');
  expect(text).not.toContain('acme/hidden');
});

test('a release says how much of it can be fetched', async () => {
  const { releases } = await import('../sample-world/testing.ts');
  const app = testApp();
  const uuid = releases.at(-1)?.uuid;
  expect(await (await app.request(`/releases/${uuid}`, { headers: { Accept: 'text/html' } })).text()).toMatch(
    /38 of 40/,
  );
  expect(await (await app.request(`/api/v1/releases/${uuid}`)).json()).toMatchObject({
    coverage: [{ system: 'x86_64-linux', wanted: 40, present: 38 }],
  });
});
