// A Chromium to test the pages with: the program CHROMIUM names, else one on the PATH, else, as root on Debian, the
// package chromium, installed.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { alone } from './cache.mjs';
import { runQuietly } from './run-quietly.mjs';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const minute = 60_000;

/** `{ program }`, an absolute path; or `{ missing }`, one line of why. */
export async function ensureChromium() {
  const named = process.env.CHROMIUM;
  if (named)
    return existsSync(named) ? { program: named } : { missing: `CHROMIUM names ${named}, which does not exist` };
  const installed = onPath();
  if (installed) return { program: installed };
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get'))
    return { missing: 'this machine has no Chromium: install it, or set CHROMIUM to the path of one' };
  try {
    await alone('apt', async () => onPath() ?? (await install()));
    const program = onPath();
    return program ? { program } : { missing: 'the package chromium has no program of that name' };
  } catch (error) {
    return { missing: `Chromium could not be installed: ${error.message}` };
  }
}

function onPath() {
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter(path.isAbsolute);
  return folders.flatMap((folder) => names.map((name) => path.join(folder, name))).find(existsSync);
}

async function install() {
  process.stderr.write('Installing Chromium, 110 MB …\n');
  const environment = { ...process.env, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (...args) =>
    runQuietly('apt-get', ['-qq', '-o', 'DPkg::Lock::Timeout=120', ...args], { timeoutMs: 5 * minute, environment });
  const get = () => apt('install', '--yes', '--no-install-recommends', 'chromium');
  // The lists may be absent, or too old for what the mirror has.
  await get().catch(() => apt('update').then(get));
}
