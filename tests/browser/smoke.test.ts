/** The pages in a real browser, on a phone and on a desk: nothing foreign is loaded, nothing is logged, all is reachable by keyboard. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { type ServerType, serve } from '@hono/node-server';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { publicUrl, release, testApp } from '../../src/http/testing.ts';
import { findChromium } from './find-chromium.ts';

const found = await findChromium();
if ('missing' in found) console.log(`skipped: the browser smoke test, ${found.missing}`);

const pages = [
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
  '/consumers',
  '/flake/acme/secure',
  '/nothing',
];
const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const shots = process.env.SNOWGUARD_SCREENSHOTS;

describe.skipIf('missing' in found)('the pages in Chromium', () => {
  let server: ServerType;
  let browser: Browser;
  let origin = '';

  beforeAll(async () => {
    const app = testApp({ publicUrl });
    origin = await new Promise((resolve) => {
      server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) =>
        resolve(`http://127.0.0.1:${port}`),
      );
    });
    browser = await chromium.launch({ executablePath: 'program' in found ? found.program : '', args: flags });
  });
  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  async function open(width: number, scheme: 'light' | 'dark') {
    const context = await browser.newContext({
      viewport: { width, height: 800 },
      colorScheme: scheme,
      reducedMotion: 'reduce',
    });
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => {
      if (!request.url().startsWith(`${origin}/`)) complaints.push(`asked ${request.url()}`);
    });
    page.on('response', (response) => {
      if (response.status() >= 400 && response.request().resourceType() !== 'document')
        complaints.push(`${response.status()} ${response.url()}`);
    });
    return { context, page, complaints };
  }

  test.each([
    [360, 'light'],
    [360, 'dark'],
    [1280, 'light'],
    [1280, 'dark'],
  ] as const)('at %i px, %s', async (width, scheme) => {
    const { context, page, complaints } = await open(width, scheme);
    for (const address of pages) {
      await page.goto(origin + address, { waitUntil: 'load' });
      expect(await widthOf(page), `${address} is wider than the screen`).toBeLessThanOrEqual(width);
      expect(await page.locator('h1').count()).toBe(1);
      expect(await faintTexts(page), `${address}: text below 4.5:1`).toEqual([]);
      if (shots) {
        mkdirSync(shots, { recursive: true });
        await page.screenshot({
          path: path.join(shots, `${address.replaceAll(/\W+/g, '-')}-${width}-${scheme}.png`),
          fullPage: true,
        });
      }
    }
    // A page that answers 404 is itself logged by the browser.
    expect(complaints.filter((text) => !/status of 404/.test(text))).toEqual([]);
    await context.close();
  });

  test('everything is reached by Tab, with a focus that shows, and the skip link comes first', async () => {
    const { context, page } = await open(1280, 'light');
    await page.goto(`${origin}/findings`);
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.className')).toBe('skip');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('main');
    const wanted = Number(
      await page.evaluate(
        "document.querySelectorAll('main a[href], main select, main button:not([hidden]), main input').length",
      ),
    );
    let reached = 0;
    for (let step = 0; step < wanted; step++) {
      await page.keyboard.press('Tab');
      reached += Number(
        await page.evaluate(
          "document.activeElement.closest('main') && getComputedStyle(document.activeElement).outlineStyle !== 'none' ? 1 : 0",
        ),
      );
    }
    expect(wanted).toBeGreaterThan(8);
    expect(reached).toBe(wanted);
    await context.close();
  });

  test('j, k, / and ? do what the help says; typing in a field is left alone', async () => {
    const { context, page, complaints } = await open(1280, 'light');
    await page.goto(`${origin}/packages`);
    const focused = () => page.evaluate('document.activeElement.textContent.trim()');
    await page.keyboard.press('j');
    expect(await focused()).toBe('curl');
    await page.keyboard.press('j');
    expect(await focused()).toBe('openssh');
    await page.keyboard.press('k');
    expect(await focused()).toBe('curl');
    await page.keyboard.press('?');
    expect(await page.locator('dialog[open]').count()).toBe(1);
    await page.keyboard.press('Escape');
    await page.keyboard.press('/');
    await page.keyboard.type('jk?');
    expect(await page.locator('input[type=search]').inputValue()).toBe('jk?');
    await page.keyboard.press('Escape');
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/packages\/openssh$/);
    expect(complaints).toEqual([]);
    await context.close();
  });

  test('the input line is copied', async () => {
    const { context, page } = await open(1280, 'light');
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.goto(origin);
    await page.locator('button.copy').first().click();
    await page.getByText('Copied').waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(
      'inputs.nixpkgs.url = "http://localhost/f/acme/secure/0";',
    );
    await context.close();
  });

  test('without script the pages still work', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(origin);
    await page.locator('input[name=q]').fill('CVE-2024-6387');
    await page.locator('form button').first().click();
    await page.waitForURL(/\/cve\/CVE-2024-6387$/);
    expect(await page.locator('.answer strong').textContent()).toBe('Fixed');
    await context.close();
  });
});

async function widthOf(page: Page): Promise<number> {
  return Number(await page.evaluate('document.documentElement.scrollWidth'));
}

/** Texts whose colour stands below 4.5:1 on the nearest opaque background (3:1 where large). */
async function faintTexts(page: Page): Promise<unknown> {
  return page.evaluate(`(() => {
    const channels = (text) => (text.match(/[\\d.]+/g) ?? []).map(Number);
    const light = ([r, g, b]) => [r, g, b].map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
      .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
    const ground = (node) => {
      for (let at = node; at; at = at.parentElement) {
        const found = channels(getComputedStyle(at).backgroundColor);
        if (found.length === 3 || found[3] === 1) return found;
      }
      return [255, 255, 255];
    };
    const faint = new Set();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const node = walker.currentNode.parentElement;
      if (!walker.currentNode.textContent.trim() || !node.checkVisibility()) continue;
      const style = getComputedStyle(node);
      const [a, b] = [light(channels(style.color)), light(ground(node))];
      const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
      if (ratio < (parseFloat(style.fontSize) >= 24 ? 3 : 4.5)) faint.add(node.className + ' ' + walker.currentNode.textContent.trim().slice(0, 30) + ' ' + ratio.toFixed(2));
    }
    return [...faint];
  })()`);
}
