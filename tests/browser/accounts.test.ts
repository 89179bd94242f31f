/** Signing in, tokens and people in a real browser: cookies, forms and the policy of the pages as a person meets them. */
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { type ServerType, serve } from '@hono/node-server';
import axe from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AccountsTables, createAccounts, makeCredential } from '../../src/accounts/index.ts';
import type { ExceptionPort, TermsPort } from '../../src/http/index.ts';
import { now, testApp } from '../../src/http/testing.ts';
import type { JournalTables } from '../../src/journal/index.ts';
import {
  createTermsStore,
  defaultPolicyText,
  type FindingsTables,
  parsePolicy,
  termsNotice,
} from '../../src/pipeline/findings/index.ts';
import { createExceptionStore } from '../../src/pipeline/releases/index.ts';
import { openTestDatabase } from '../../src/platform/database/testing.ts';
import { findChromium } from './find-chromium.ts';

const found = await findChromium();
if ('missing' in found) console.log(`skipped: accounts in the browser, ${found.missing}`);

const random = (size: number) => new Uint8Array(randomBytes(size));
const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'];
const shots = process.env.SNOWGUARD_SCREENSHOTS;

describe.skipIf('missing' in found)('accounts in Chromium', () => {
  let server: ServerType;
  let browser: Browser;
  let origin = '';
  let token = '';

  beforeAll(async () => {
    const db = await openTestDatabase<AccountsTables & FindingsTables & JournalTables>();
    const accounts = createAccounts({
      organisation: 'acme',
      db,
      random,
      verifyWorkload: null,
    });
    for (const name of ['grace', 'ada']) {
      const { text, id, secretHash } = makeCredential('sg', random);
      const email = `${name}@example.org`;
      await accounts.people.found({
        founder: {
          name,
          roles: ['policy_admin', 'reviewer', 'release_manager'],
          email,
          identity: null,
          key: { id, secretHash },
        },
        at: now,
      });
      token = text;
    }
    await accounts.people.propose({
      change: { kind: 'add', name: 'alan', roles: ['analyst'], email: null, identity: null, key: null },
      by: { name: 'grace', roles: [] },
      at: now,
    });
    const grace = { name: 'grace', roles: [] };
    const store = createTermsStore({ db, clock: { now: () => now } });
    await store.adopt(parsePolicy(defaultPolicyText));
    const edited = parsePolicy(defaultPolicyText.replace('version = 1', 'version = 2').replace('"P7D"', '"P5D"'));
    await store.propose({ policy: edited, by: grace });
    const terms: TermsPort = {
      ...store,
      standing: () => store.standing(edited),
      notice: async () => termsNotice(await store.standing(edited)),
      propose: ({ by }) => store.propose({ policy: edited, by }),
    };
    const kept = createExceptionStore(db);
    const commitId = 'c'.repeat(40);
    await kept.ask({ channel: 'rolling', commitId, reason: 'exploited, the builder is down', by: grace, at: now });
    const exceptions: ExceptionPort = {
      channels: ['rolling'],
      waiting: () => kept.waiting(now),
      ask: ({ channel, reason, by }) => kept.ask({ channel, commitId, reason, by, at: now }),
      approve: (given) => kept.approve({ ...given, heads: new Map([['rolling', commitId]]), at: now }),
      refuse: (given) => kept.refuse({ ...given, at: now }),
    };
    const { fetch } = testApp({ accounts, terms, exceptions, publicUrl: 'http://127.0.0.1' });
    origin = await new Promise((resolve) => {
      server = serve({ fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => resolve(`http://127.0.0.1:${port}`));
    });
    browser = await chromium.launch({ executablePath: 'program' in found ? found.program : '', args: flags });
  });
  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  test.each([
    [360, 'light'],
    [1280, 'dark'],
  ] as const)('sign in, make and revoke a token, sign out: at %i px, %s', async (width, colorScheme) => {
    const context = await browser.newContext({
      viewport: { width, height: 800 },
      colorScheme,
      reducedMotion: 'reduce',
    });
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));

    await page.goto(`${origin}/people`);
    await sound(page, 'sign-in', width);
    await page.getByLabel('Your token').fill(token);
    await page.keyboard.press('Enter');
    await page.waitForURL(`${origin}/people`);
    await sound(page, 'people', width);
    expect(await page.getByRole('button', { name: 'Approve' }).count()).toBe(1);

    await page.locator('.top .me').click();
    await page.getByLabel('What it is for').fill('laptop');
    await page.getByLabel('propose changes with git').check();
    await page.getByRole('button', { name: 'Make the token' }).click();
    const made = await page.getByRole('region', { name: 'The new token' }).locator('code').textContent();
    expect(made).toMatch(/^sg_/);
    await sound(page, 'account', width);
    await page.getByRole('button', { name: 'Revoke laptop' }).click();
    await page.waitForURL(`${origin}/account`);
    expect(await page.getByText('laptop').count()).toBe(0);
    const asked = await fetch(`${origin}/cli/status`, { headers: { Authorization: `Bearer ${made}` } });
    expect(asked.status).toBe(401);

    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.waitForURL(`${origin}/`);
    expect(await page.locator('.top .me').textContent()).toContain('Sign in');
    expect(complaints).toEqual([]);
    await context.close();
  });

  test.each([
    [360, 'dark', 0],
    [1280, 'light', 1],
  ] as const)('what waits for a second person: at %i px, %s', async (width, colorScheme, round) => {
    const context = await browser.newContext({
      viewport: { width, height: 800 },
      colorScheme,
      reducedMotion: 'reduce',
    });
    const page = await context.newPage();
    await page.goto(`${origin}/policy`);
    await page.getByLabel('Your token').fill(token);
    await page.keyboard.press('Enter');
    await page.waitForURL(`${origin}/policy`);
    await sound(page, `policy-${round}`, width);
    if (round === 0) expect(await page.getByText('windows.critical.remediation: P7D becomes P5D').count()).toBe(1);
    else {
      // By the keyboard alone.
      await page.getByRole('button', { name: 'Approve' }).focus();
      await page.keyboard.press('Enter');
      await page.getByText('proposed by grace, approved by ada').waitFor();
      expect(await page.getByText('Nothing waits.').count()).toBe(1);
    }
    await page.goto(`${origin}/releases`);
    await page.getByText('A release cannot wait').click();
    await sound(page, `releases-${round}`, width);
    if (round === 1) {
      await page.getByRole('button', { name: 'Release it' }).click();
      await page.getByText('exploited, the builder is down').waitFor({ state: 'detached' });
    }
    await context.close();
  });

  /** No fault that axe-core finds, and nothing beside the screen. */
  async function sound(page: Page, name: string, width: number): Promise<void> {
    if (shots) {
      mkdirSync(shots, { recursive: true });
      await page.screenshot({ path: path.join(shots, `${name}-${width}.png`), fullPage: true });
    }
    await page.evaluate(axe.source);
    const violations = (await page.evaluate(
      'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ": " + nodes.map(({ html }) => html).join(" ")))',
    )) as string[];
    expect(violations, name).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth'), name).toBeLessThanOrEqual(width);
  }
});
