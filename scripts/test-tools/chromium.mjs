// A Chromium to test the pages with: the program CHROMIUM names, else one on the PATH, else, as root on Debian, the
// package chromium, installed.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { installPackage } from './apt.mjs';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

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
    await installPackage('chromium', 'Installing Chromium, 110 MB');
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
