import { alone } from './cache.mjs';
import { runQuietly } from './run-quietly.mjs';

const minute = 60_000;

/** Installs a Debian package on this machine; needs root. Says `title` first; rejects with apt's complaint. */
export async function installPackage(name, title) {
  process.stderr.write(`${title} …\n`);
  const environment = { ...process.env, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (...args) =>
    runQuietly('apt-get', ['-qq', '-o', 'DPkg::Lock::Timeout=120', ...args], { timeoutMs: 5 * minute, environment });
  const install = () => apt('install', '--yes', '--no-install-recommends', name);
  // The lists may be absent, or too old for what the mirror has.
  await alone('apt', () => install().catch(() => apt('update').then(install)));
}
