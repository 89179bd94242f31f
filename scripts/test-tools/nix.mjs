// A real Nix to test with. In this order: the program SNOWGUARD_TEST_NIX names; a Nix of the machine, 2.18 or newer;
// else, on Debian, the package nix-bin of Debian 13 (trixie) with the libraries it needs, laid out in a folder of the
// cache and run with that folder's own loader. Nothing is installed, and it works without root: apt is given lists and
// folders of its own, made from the machine's apt configuration, so that mirror, proxy and signing keys are the same.
//
// The fetched Nix has a store of its own that calls itself /nix/store (a "chroot store"), so hashes and store paths
// are those of any Nix, and the machine's /nix is not touched. It has no substituter. Builds run in Nix's sandbox,
// which needs a kernel that lets us make namespaces. A test that wants a fresh store sets NIX_REMOTE=local?root=FOLDER.
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { cachedFolder } from './cache.mjs';
import { runQuietly } from './run-quietly.mjs';

const suite = 'trixie';
/** Raised when the layout of the folder changes. */
const layout = 1;
const oldest = [2, 18];
const otherNames = [
  'nix-build',
  'nix-env',
  'nix-hash',
  'nix-instantiate',
  'nix-prefetch-url',
  'nix-shell',
  'nix-store',
];
const usualFolders = ['/nix/var/nix/profiles/default/bin', '/run/current-system/sw/bin'];
const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';
const minute = 60_000;

/** `{ program, version }`, `program` an absolute path; or `{ missing }`, one line of why. */
export async function ensureNix() {
  const atLeast = `Nix of at least ${oldest.join('.')}`;
  const named = process.env.SNOWGUARD_TEST_NIX;
  if (named)
    return (await described(named)) ?? { missing: `SNOWGUARD_TEST_NIX names ${named}, which is no ${atLeast}` };
  const installed = [...(process.env.PATH ?? '').split(path.delimiter), ...usualFolders]
    .filter(path.isAbsolute)
    .map((folder) => path.join(folder, 'nix'))
    .find(existsSync);
  const usable = installed && (await described(installed));
  if (usable) return usable;
  if (!canFetch()) return { missing: `this machine has no ${atLeast}, and one is fetched on Debian only` };
  try {
    const folder = await cachedFolder(`nix-${suite}-${process.arch}-${layout}`, fetchNix);
    const fetched = await described(path.join(folder, 'bin', 'nix'));
    return fetched ?? { missing: `the Nix in ${folder} does not run; delete that folder` };
  } catch (error) {
    return { missing: `Nix could not be fetched: ${error.message}` };
  }
}

async function described(program) {
  const said = await runQuietly(program, ['--version'], { timeoutMs: minute }).catch(() => '');
  const version = /^nix \(.+\) (\d+\.\d+\S*)/m.exec(said)?.[1];
  if (version === undefined) return null;
  const [major, minor] = version.split('.').map(Number.parseFloat);
  return major < oldest[0] || (major === oldest[0] && minor < oldest[1]) ? null : { program, version };
}

const canFetch = () => process.platform === 'linux' && existsSync('/usr/bin/apt-get') && machineRelease() !== null;

function machineRelease() {
  const text = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
  return /^ID=debian$/m.test(text) ? (/^VERSION_CODENAME=(\w+)$/m.exec(text)?.[1] ?? null) : null;
}

async function fetchNix(fresh, final) {
  const apt = path.join(fresh, 'apt');
  const debs = path.join(apt, 'cache', 'archives');
  for (const folder of [path.join(apt, 'lists', 'partial'), path.join(debs, 'partial')])
    mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(apt, 'apt.conf'), aptConfiguration(apt));
  writeFileSync(path.join(apt, 'sources.list'), await aptSources());
  const get = (...args) =>
    runQuietly('apt-get', ['-qq', '-c', path.join(apt, 'apt.conf'), ...args], {
      timeoutMs: 5 * minute,
      environment: { ...process.env, LC_ALL: 'C' },
    });

  process.stderr.write(`Getting Nix from Debian ${suite}, 50 MB …\n`);
  // One index out of reach does not matter when the others have the package; the next step tells.
  const complaint = await get('update').then(
    () => null,
    (error) => error,
  );
  await get('install', '--yes', '--no-install-recommends', '--download-only', 'nix-bin').catch((error) => {
    throw complaint ?? error;
  });
  const unpacked = path.join(apt, 'unpacked');
  for (const deb of readdirSync(debs).filter((name) => name.endsWith('.deb'))) {
    await runQuietly('dpkg-deb', ['--extract', path.join(debs, deb), unpacked], { timeoutMs: minute });
  }
  await keepWhatNixNeeds(unpacked, path.join(fresh, 'nix'));
  rmSync(apt, { recursive: true });
  writeConfiguration(fresh, final);
}

/** Read last (-c), so that it wins over the machine's; hooks of the machine are for the machine's own packages. */
function aptConfiguration(folder) {
  return `
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
Dir::Etc::SourceList "${folder}/sources.list";
Dir::Etc::SourceParts "-";
Dir::Etc::Preferences "-";
Dir::Etc::PreferencesParts "-";
Dir::State::Lists "${folder}/lists";
Dir::State::Status "/dev/null";
Dir::State::Extended_States "/dev/null";
Dir::Cache "${folder}/cache";
Dir::Cache::Archives "archives";
APT::Sandbox::User "";
Acquire::Languages "none";
Acquire::Retries "3";
Debug::NoLocking "true";
`;
}

/** The machine's own Debian mirrors, asked for the suite that has a new enough Nix. */
async function aptSources() {
  const release = machineRelease();
  const listed = await runQuietly(
    'apt-get',
    ['indextargets', '--no-release-info', '--format', '$(REPO_URI) $(RELEASE) $(COMPONENT)', 'Created-By: Packages'],
    { timeoutMs: minute, environment: { ...process.env, LC_ALL: 'C' } },
  );
  const wanted = ['', '-updates', '-security'].map((pocket) => release + pocket);
  const lines = listed
    .split('\n')
    .map((line) => line.split(' '))
    .flatMap(([uri, name, component]) =>
      component === 'main' && wanted.includes(name)
        ? [`deb ${existsSync(keyring) ? `[signed-by=${keyring}] ` : ''}${uri} ${name.replace(release, suite)} main`]
        : [],
    );
  if (lines.length === 0) throw new Error(`apt has no mirror of Debian ${release} configured`);
  return `${[...new Set(lines)].join('\n')}\n`;
}

/** The loader says which of the many unpacked libraries the program loads. */
async function keepWhatNixNeeds(unpacked, kept) {
  const [triplet] = readdirSync(path.join(unpacked, 'usr', 'lib')).filter((name) => name.endsWith('-linux-gnu'));
  const libraries = path.join(unpacked, 'usr', 'lib', triplet ?? '');
  const loader = readdirSync(libraries).find((name) => /^ld-linux.*\.so\.\d$/.test(name));
  const program = path.join(unpacked, 'usr', 'bin', 'nix');
  const loaded = await runQuietly(path.join(libraries, loader), ['--library-path', libraries, '--list', program], {
    timeoutMs: minute,
  });
  const needed = [...loaded.matchAll(/=> (\S+) \(/g)].map(([, file]) => file);
  mkdirSync(kept);
  for (const file of needed.filter((name) => name.startsWith(libraries)))
    copyFileSync(file, path.join(kept, path.basename(file)));
  copyFileSync(path.join(libraries, loader), path.join(kept, 'loader'));
  copyFileSync(program, path.join(kept, 'nix'));
  // What a build finds as /bin/sh.
  copyFileSync(path.join(unpacked, 'usr', 'bin', 'bash-static'), path.join(kept, 'sh'));
}

function writeConfiguration(fresh, final) {
  mkdirSync(path.join(fresh, 'etc'));
  mkdirSync(path.join(fresh, 'bin'));
  writeFileSync(
    path.join(fresh, 'etc', 'nix.conf'),
    `experimental-features = nix-command flakes
substituters =
flake-registry =
build-users-group =
sandbox = true
sandbox-paths = /bin/sh=${final}/nix/sh
`,
  );
  const wrapper = path.join(fresh, 'bin', 'nix');
  writeFileSync(
    wrapper,
    `#!/bin/sh
here='${final}'
export NIX_CONF_DIR="$here/etc" NIX_BIN_DIR="$here/bin"
export NIX_REMOTE="\${NIX_REMOTE-local?root=$here/store}" XDG_CACHE_HOME="\${XDG_CACHE_HOME-$here/cache}"
exec "$here/nix/loader" --argv0 "\${0##*/}" --library-path "$here/nix" "$here/nix/nix" "$@"
`,
  );
  chmodSync(wrapper, 0o755);
  for (const name of otherNames) symlinkSync('nix', path.join(fresh, 'bin', name));
}

if (import.meta.main) console.log(await ensureNix());
