/** A lead opens an embargo and works on it by keyboard, on a phone and on a desk; whoever was not let in finds nothing there. */
import { mkdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type ServerType, serve } from '@hono/node-server';
import axe from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeCredential, type Role } from '../../src/accounts/index.ts';
import { httpAppOf } from '../../src/app/http-app.ts';
import type { Workspace } from '../../src/app/index.ts';
import { commandLine } from '../support/command-line.ts';
import { inventoryWorkspace, openHere } from '../support/workspaces.ts';
import { findChromium } from './find-chromium.ts';

const found = await findChromium();
if ('missing' in found) console.log(`skipped: embargoes in the browser, ${found.missing}`);
const shots = process.env.SNOWGUARD_SCREENSHOTS;

describe.skipIf('missing' in found)('an embargo in Chromium', () => {
  let folder: string;
  let workspace: Workspace;
  let server: ServerType;
  let browser: Browser;
  let origin = '';
  const tokens = new Map<string, string>();

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'snowguard-embargo-pages-'));
    await inventoryWorkspace(folder, { channels: ['rolling'], feeds: [] });
    const carried = {
      attr: 'sqlite',
      system: 'x86_64-linux',
      pname: 'sqlite',
      version: '3.50.4',
      name: 'sqlite-3.50.4',
    };
    await writeFile(path.join(folder, 'carried.jsonl'), JSON.stringify(carried));
    const environment = { SNOWGUARD_WORKSPACE: folder, XDG_CONFIG_HOME: folder };
    await commandLine(['scan', '--inventory', path.join(folder, 'carried.jsonl')], { cwd: folder, environment });
    workspace = await openHere(folder);
    const roles: Readonly<Record<string, readonly Role[]>> = {
      ada: ['policy_admin', 'security_lead'],
      eve: ['policy_admin', 'security_lead', 'analyst'],
    };
    for (const [name, own] of Object.entries(roles)) {
      const { text, id, secretHash } = makeCredential('sg', workspace.context.random);
      const founder = { name, roles: own, email: `${name}@example.org`, identity: null, key: { id, secretHash } };
      await workspace.accounts.people.found({ founder, at: workspace.clock.now() });
      tokens.set(name, text);
    }
    const app = httpAppOf(workspace);
    origin = await new Promise((resolve) => {
      server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) =>
        resolve(`http://127.0.0.1:${port}`),
      );
    });
    const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'];
    browser = await chromium.launch({ executablePath: 'program' in found ? found.program : '', args: flags });
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    server?.close();
    await workspace?.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function signIn(name: string, width: number, colorScheme: 'light' | 'dark') {
    const context = await browser.newContext({
      viewport: { width, height: 800 },
      colorScheme,
      reducedMotion: 'reduce',
    });
    const page = await context.newPage();
    await page.goto(`${origin}/embargoes`);
    await page.getByLabel('Your token').fill(tokens.get(name) ?? '');
    await page.keyboard.press('Enter');
    await page.waitForURL(`${origin}/embargoes`);
    return page;
  }

  test.each([
    [360, 'light'],
    [1280, 'dark'],
  ] as const)(
    'at %i px, %s',
    async (width, colorScheme) => {
      const page = await signIn('ada', width, colorScheme);
      const complaints: string[] = [];
      page.on('console', (message) => complaints.push(message.text()));
      page.on('pageerror', (error) => complaints.push(error.message));
      await sound(page, 'embargoes', width);

      const soon = new Date(Date.now() + 5 * 86_400_000).toISOString();
      const report = `summary = "A flaw at ${width} px"
severity = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"
reported_to = "the distros list"
public_at = ${soon}
[[affected]]
attr = "sqlite"
ranges = [{ fixed = "3.50.9" }]
`;
      await page.getByLabel('The report').fill(report.replace('"sqlite"', '"sqlight"'));
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await page.getByText('No channel carries sqlight').waitFor();
      // What was written is still there.
      expect(await page.getByLabel('The report').inputValue()).toContain('sqlight');
      await page.getByLabel('The report').fill(report);
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await page.getByText('What we carry').waitFor();
      expect(await page.locator('main').textContent()).toContain('sqlite 3.50.4 in rolling: affected');

      await page.getByRole('button', { name: 'Work on it' }).press('Enter');
      await page.getByText('ada works on it').waitFor();
      await page.getByText('We know of attacks').press('Enter');
      await page.getByLabel('How we know').fill('a customer saw it in their logs');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await page.getByText('cra14.early_warning').waitFor();
      await page.getByText('Note something').press('Enter');
      await page.getByLabel('Text').fill(`a patch\n${'+ a long line of it '.repeat(20)}`);
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await page.getByText('a long line of it').waitFor();
      await page.getByText('Let somebody in').press('Enter');
      await page.getByLabel('Name').fill('nobody');
      await page.keyboard.press('Enter');
      await page.getByText('There is no person of that name in the house.').waitFor();
      for (const title of ['Decide', 'Prepare a fix', 'Move the publication', 'Make it public now'])
        await page.getByText(title, { exact: true }).press('Enter');
      await sound(page, 'embargo', width);
      const address = page.url();

      const other = await signIn('eve', width, colorScheme);
      await other.getByText('Nothing: you were let into no embargo.').waitFor();
      expect((await other.goto(address))?.status()).toBe(404);
      expect(complaints.filter((text) => !/40[04]/.test(text))).toEqual([]);
      await page.context().close();
      await other.context().close();
    },
    60_000,
  );

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
