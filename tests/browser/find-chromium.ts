import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export type FoundChromium = { readonly program: string } | { readonly missing: string };

const tool = new URL('../../scripts/test-tools/chromium.mjs', import.meta.url);

/** A Chromium to test with: the one `CHROMIUM` names, else what the test tools have or fetch. */
export async function findChromium(): Promise<FoundChromium> {
  if (process.env.CHROMIUM) return { program: process.env.CHROMIUM };
  if (!existsSync(fileURLToPath(tool))) return { missing: 'no Chromium: set CHROMIUM to the path of one' };
  const { ensureChromium }: { readonly ensureChromium: () => Promise<FoundChromium> } = await import(tool.href);
  return ensureChromium();
}
