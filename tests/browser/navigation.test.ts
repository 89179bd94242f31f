/** The header in a real browser: one line on a desk, every section by keyboard and by thumb, without a script. */
import { createRequire } from 'node:module';
import path from 'node:path';
import { type ServerType, serve } from '@hono/node-server';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { publicUrl, testApp } from '../../src/http/testing.ts';
import { findChromium } from './find-chromium.ts';

const found = await findChromium();
if ('missing' in found) console.log(`skipped: the navigation in a browser, ${found.missing}`);
const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const shots = process.env.SNOWGUARD_SCREENSHOTS;

describe.skipIf('missing' in found)('the navigation in Chromium', () => {
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
    const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'];
    browser = await chromium.launch({ executablePath: 'program' in found ? found.program : '', args: flags });
  });
  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  const focused = (page: Page) => page.evaluate('document.activeElement.textContent.trim()');
  const isOpen = (page: Page, group: string) =>
    page.locator('header details[open] > summary', { hasText: group }).count();

  test.each([
    [360, 'light', 130],
    [360, 'dark', 130],
    [1280, 'light', 70],
    [1280, 'dark', 70],
  ] as const)(
    '%i px, %s: no higher than its lines, and no fault that axe finds, closed or open',
    async (width, colorScheme, highest) => {
      const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme, bypassCSP: true });
      await page.goto(`${origin}/packages`);
      expect((await page.locator('header').boundingBox())?.height).toBeLessThanOrEqual(highest);
      await page.addScriptTag({ path: axe });
      for (const group of [null, 'Work', 'Set', 'Watch']) {
        if (group !== null) await page.locator('header summary', { hasText: group }).click();
        if (shots) await page.screenshot({ path: path.join(shots, `navigation-${width}-${colorScheme}-${group}.png`) });
        expect(Number(await page.evaluate('document.documentElement.scrollWidth'))).toBeLessThanOrEqual(width);
        const faults = await page.evaluate(
          "axe.run('header').then(({ violations }) => violations.map(({ id, nodes }) => id + ' ' + nodes.map(({ html }) => html).join()))",
        );
        expect(faults).toEqual([]);
      }
      await page.close();
    },
  );

  test('without a script a group opens by key, one at a time, and its links lead on', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 1280, height: 800 } });
    const page = await context.newPage();
    await page.goto(`${origin}/packages`);
    await page.locator('header summary', { hasText: 'Set' }).focus();
    await page.keyboard.press('Enter');
    expect(await isOpen(page, 'Set')).toBe(1);
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Space');
    expect([await isOpen(page, 'Work'), await isOpen(page, 'Set')]).toEqual([1, 0]);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('Findings');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/findings$/);
    expect(await page.locator('header summary.here').textContent()).toBe('Work');
    await context.close();
  });
});
