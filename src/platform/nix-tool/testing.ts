import { existsSync } from 'node:fs';
import { findNix } from './find-nix.ts';
import type { NixTool } from './index.ts';

const tool = new URL('../../../scripts/test-tools/nix.mjs', import.meta.url);

/** A real Nix for tests: `SNOWGUARD_TEST_NIX`, the one `npm test` fetched, or the machine's; null, said on one line. */
export async function nixForTests(): Promise<NixTool | null> {
  const program = process.env.SNOWGUARD_TEST_NIX ?? (await fetchedNix());
  const nix = await findNix(program === null ? {} : { program });
  if (nix === null) console.log('skipped: no Nix 2.4 or newer on this machine');
  return nix;
}

async function fetchedNix(): Promise<string | null> {
  if (!existsSync(tool)) return null;
  const { ensureNix } = (await import(tool.href)) as { ensureNix?: () => Promise<unknown> };
  const found = await ensureNix?.();
  if (typeof found === 'string') return found;
  const program = found !== null && typeof found === 'object' && 'program' in found ? found.program : null;
  return typeof program === 'string' ? program : null;
}
