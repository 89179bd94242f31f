/** A person decides a finding by keyboard alone and a second one approves it, in a real browser over the real stores. */
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { type ServerType, serve } from '@hono/node-server';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Accounts,
  type AccountsTables,
  createAccounts,
  makeCredential,
  type Role,
} from '../../src/accounts/index.ts';
import { triagePort } from '../../src/app/reads/index.ts';
import { advisory as sampleAdvisory, testApp } from '../../src/http/testing.ts';
import type { JournalTables } from '../../src/journal/index.ts';
import { createPublicationStore, type PublicationTables } from '../../src/pipeline/evidence/index.ts';
import {
  createFindingStore,
  defaultPolicyText,
  type FindingStore,
  type FindingsTables,
  parsePolicy,
} from '../../src/pipeline/findings/index.ts';
import { match } from '../../src/pipeline/findings/testing.ts';
import { openTestDatabase } from '../../src/platform/database/testing.ts';
import { findChromium } from './find-chromium.ts';

const found = await findChromium();
if ('missing' in found) console.log(`skipped: triage in the browser, ${found.missing}`);
const shots = process.env.SNOWGUARD_SCREENSHOTS;

const places = [
  ['CVE-2024-6387', 'openssh', '9.7p1'],
  ['CVE-2024-39894', 'openssh', '9.7p1'],
  ['CVE-2023-38545', 'curl', '8.3.0'],
] as const;

describe.skipIf('missing' in found)('triage in Chromium', () => {
  let server: ServerType;
  let browser: Browser;
  let store: FindingStore;
  let accounts: Accounts;
  let origin = '';
  const tokens = new Map<string, string>();

  beforeAll(async () => {
    const database = await openTestDatabase<FindingsTables & AccountsTables & PublicationTables & JournalTables>();
    const clock = { now: () => Date.now() };
    const random = (size: number) => new Uint8Array(randomBytes(size));
    accounts = createAccounts({ organisation: 'acme', db: database, random, verifyWorkload: null });
    await addPerson('ada', ['policy_admin', 'analyst', 'reviewer']);
    await addPerson('grace', ['policy_admin', 'reviewer']);
    store = createFindingStore({ db: database, policies: async () => [parsePolicy(defaultPolicyText)], clock });
    const at = clock.now() - 3_600_000;
    const advisories = new Map(places.map(([id]) => [id, { ...sampleAdvisory(id), publishedAt: at }]));
    await store.update({
      channel: 'rolling',
      scope: { kind: 'channel' },
      matches: places.map(([id, attr, version]) => match(id, attr, { version })),
      advisories: new Map(advisories),
      packages: new Map(places.map(([, attr, version]) => [attr, { version, coveredSince: at, shippedSince: null }])),
      at,
    });
    const triage = triagePort({
      database,
      context: {
        findings: store,
        publications: createPublicationStore({
          db: database,
          advisories: { namesOf: async () => new Map() },
          prefix: 'XSP',
          now: clock.now,
        }),
        advisories: { byId: async (id: string) => advisories.get(id as (typeof places)[number][0]) ?? null },
        channels: [],
      } as unknown as Parameters<typeof triagePort>[0]['context'],
    });
    const app = testApp({ accounts, triage, clock });
    origin = await new Promise((resolve) => {
      server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) =>
        resolve(`http://127.0.0.1:${port}`),
      );
    });
    browser = await chromium.launch({
      executablePath: 'program' in found ? found.program : '',
      args: ['--headless', '--no-sandbox', '--disable-gpu'],
    });

    async function addPerson(name: string, roles: readonly Role[]) {
      const { text, id, secretHash } = makeCredential('sg', random);
      await accounts.people.found({
        founder: { name, roles, email: null, identity: null, key: { id, secretHash } },
        at: clock.now(),
      });
      tokens.set(name, text);
    }
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  async function signedIn(name: string, options: BrowserContextOptions = {}): Promise<Page> {
    const context = await browser.newContext({ reducedMotion: 'reduce', ...options });
    const page = await context.newPage();
    await page.goto(`${origin}/sign-in`);
    await page.locator('input[name=token]').fill(tokens.get(name) ?? '');
    await page.locator('input[name=token]').press('Enter');
    await page.waitForURL((url) => url.pathname !== '/sign-in');
    return page;
  }
  async function shoot(page: Page, name: string) {
    if (!shots) return;
    mkdirSync(shots, { recursive: true });
    await page.screenshot({ path: path.join(shots, `${name}.png`), fullPage: true });
  }
  const width = (page: Page) => page.evaluate('document.documentElement.scrollWidth');

  test('decided by keyboard, approved by somebody else', async () => {
    const ada = await signedIn('ada', { viewport: { width: 1280, height: 900 } });
    await ada.goto(`${origin}/queue`);
    await shoot(ada, 'queue-1280');
    expect(await ada.locator('.work > li').count()).toBe(2);
    await ada.keyboard.press('?');
    expect(await ada.locator('#keys dd').allTextContents()).toContain('tick the row');
    await ada.keyboard.press('?');
    for (let row = 0; row < 2; row++) {
      await ada.keyboard.press('j');
      if (String(await ada.evaluate('document.activeElement.textContent')).includes('openssh')) break;
    }
    await ada.keyboard.press('Enter');
    await ada.waitForURL(/\/findings\/\d+$/);
    const address = ada.url();
    await ada.keyboard.press('?');
    expect(await ada.locator('dialog[open] dd').allTextContents()).toContain('built without it');
    await ada.keyboard.press('?');
    await shoot(ada, 'finding-1280');
    await ada.keyboard.press('9');
    await ada.keyboard.type('--without-x');
    await ada.keyboard.press('Tab');
    await ada.keyboard.type('The handler is not built.');
    await ada.keyboard.press('Tab');
    await ada.keyboard.type('https://example.org/build-log');
    await shoot(ada, 'finding-verdict-1280');
    await ada.keyboard.press('Enter');
    await ada.locator('.waits').waitFor();
    expect(await ada.locator('.waits').textContent()).toContain('A second person signs it.');
    // Her own approval is not offered, and counts for nothing where it is sent all the same.
    expect(await ada.locator('form input[name=act][value=approve]').count()).toBe(0);

    const grace = await signedIn('grace', { viewport: { width: 1280, height: 900 } });
    await grace.goto(`${origin}/queue`);
    await shoot(grace, 'queue-awaited-1280');
    expect(await grace.locator('#awaited').count()).toBe(1);
    await grace.goto(address);
    await grace.keyboard.press('y');
    await grace.waitForFunction("document.querySelector('.summary')?.textContent.includes('not affected')");
    await shoot(grace, 'finding-decided-1280');
    const id = /\d+$/.exec(address)?.[0] ?? '';
    expect(await store.triaged(id)).toMatchObject({ stage: 'not_affected', verdictBy: ['ada', 'grace'] });
  }, 60_000);

  test('on a phone, without a script: nothing is wider than the screen; several at once with a preview', async () => {
    const page = await signedIn('ada', {
      viewport: { width: 360, height: 740 },
      hasTouch: true,
      javaScriptEnabled: false,
    });
    await page.goto(`${origin}/queue`);
    await shoot(page, 'queue-360');
    const [curl] = await store.byPackage('curl');
    await page.locator(`input[name=item][value="${curl?.finding.id}"]`).check();
    await page.getByText('Decide on what is ticked').click();
    await shoot(page, 'bulk-360');
    await page.getByRole('button', { name: 'Claim them…' }).click();
    expect(await page.locator('h1').textContent()).toBe('Preview');
    expect((await store.triaged(curl?.finding.id ?? ''))?.stage).toBe('matched');
    await shoot(page, 'preview-360');
    await page.getByRole('button', { name: 'Apply it' }).click();
    await page.waitForURL(/\/queue$/);
    expect(await store.triaged(curl?.finding.id ?? '')).toMatchObject({ stage: 'triaging', claim: { by: 'ada' } });
    await page.goto(`${origin}/findings/${curl?.finding.id}`);
    await page.getByText('It is affected: answer in full').click();
    await shoot(page, 'finding-360');
  }, 60_000);

  test('what an update fixed before anybody answered is answered for, after a preview', async () => {
    await store.update({
      channel: 'rolling',
      scope: { kind: 'packages', attrs: ['curl'] },
      matches: [match('CVE-2023-38545', 'curl', { version: '8.4.0', status: 'not_affected' })],
      advisories: new Map([['CVE-2023-38545', sampleAdvisory('CVE-2023-38545')]]),
      packages: new Map([['curl', { version: '8.4.0', coveredSince: null, shippedSince: null }]]),
      at: Date.now(),
    });
    const page = await signedIn('ada', { viewport: { width: 1280, height: 900 } });
    await page.goto(`${origin}/queue`);
    await page.getByRole('link', { name: 'CVE-2023-38545 in curl' }).click();
    expect(await page.locator('#evidence').textContent()).toBe('Why it is fixed');
    await page.keyboard.press('a');
    expect(await page.locator('#decide input[name=mitigation]').inputValue()).toMatch(/^None needed/);
    await page.goBack();
    await page.getByLabel('Answer for CVE-2023-38545 in curl').check();
    await page.getByRole('button', { name: 'Answer for what is ticked…' }).click();
    expect(await page.locator('h1').textContent()).toBe('Preview');
    const [curl] = await store.byPackage('curl');
    expect(curl?.deadlines.response).toBe('running');
    await shoot(page, 'answer-preview-1280');
    await page.getByRole('button', { name: 'Apply it' }).click();
    await page.waitForURL(/\/queue$/);
    expect((await store.byPackage('curl'))[0]?.deadlines.response).toBe('met');
    expect(await page.locator('#owed').count()).toBe(0);
    await page.goto(`${origin}/findings/${curl?.finding.id}`);
    expect(await page.locator('#owed').count()).toBe(0);
  }, 60_000);

  test.each(['/queue', '/findings/1'])(
    '%s at 360 px is no wider than the screen',
    async (address) => {
      const page = await signedIn('ada', { viewport: { width: 360, height: 740 } });
      await page.goto(origin + address);
      for (const fold of await page.locator('details').all()) await fold.evaluate('(fold) => (fold.open = true)');
      expect(await width(page)).toBeLessThanOrEqual(360);
    },
    60_000,
  );
});
