// A real PostgreSQL server to test with: the one SNOWGUARD_TEST_POSTGRES names (a URL), else one of our own from the
// programs of the machine; where we are root on Debian and there are none, apt installs them. Ours lives in a temporary
// folder, listens on a Unix socket only, is shared by all test files of a run, and ends with that run.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runQuietly } from './run-quietly.mjs';

const minute = 60_000;
const itself = import.meta.filename;

/** `{ url }` of a superuser's database, or `{ missing }`, one line of why. The server ends with the process `owner`. */
export async function ensurePostgres({ owner = process.env.VITEST ? process.ppid : process.pid } = {}) {
  if (process.env.SNOWGUARD_TEST_POSTGRES) return { url: process.env.SNOWGUARD_TEST_POSTGRES };
  const folder = path.join(tmpdir(), `snowguard-postgres-${owner}`);
  const outcome = path.join(folder, 'outcome.json');
  try {
    mkdirSync(folder, { mode: 0o755 });
    // It outlives us: other test files of the run use the server too.
    spawn(process.execPath, [itself, 'serve', folder, String(owner)], { detached: true, stdio: 'ignore' }).unref();
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  for (const end = Date.now() + 3 * minute; Date.now() < end; await sleep(30))
    if (existsSync(outcome)) return JSON.parse(readFileSync(outcome, 'utf8'));
  return { missing: 'PostgreSQL did not start within three minutes' };
}

async function serve(folder, owner) {
  let server;
  const tell = (outcome) => {
    writeFileSync(path.join(folder, 'fresh.json'), JSON.stringify(outcome));
    renameSync(path.join(folder, 'fresh.json'), path.join(folder, 'outcome.json'));
  };
  try {
    server = await startServer(folder);
    tell({ url: `postgres:///postgres?user=postgres&host=${encodeURIComponent(folder)}` });
  } catch (error) {
    tell({ missing: `PostgreSQL could not be started: ${error.message}` });
  }
  while (isAlive(owner)) await sleep(500);
  if (server !== undefined) {
    const ended = new Promise((resolve) => server.once('exit', resolve));
    server.kill('SIGQUIT');
    await ended;
  }
  rmSync(folder, { recursive: true, force: true });
}

async function startServer(folder) {
  const programs = findPrograms() ?? (await installPrograms());
  const identity = process.getuid() === 0 ? await otherIdentity() : {};
  const data = path.join(folder, 'data');
  mkdirSync(data, { mode: 0o700 });
  if (identity.uid !== undefined)
    for (const name of [folder, data]) await runQuietly('chown', [`${identity.uid}:${identity.gid}`, name]);
  const initialise = ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'];
  await runQuietly(path.join(programs, 'initdb'), initialise, { timeoutMs: minute, ...identity });
  const settings = {
    listen_addresses: '',
    unix_socket_directories: folder,
    // The machine will not lose power in a test.
    fsync: 'off',
    full_page_writes: 'off',
    max_connections: '200',
    shared_buffers: '64MB',
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const server = spawn(path.join(programs, 'postgres'), ['-D', data, ...options], {
    stdio: 'ignore',
    cwd: folder,
    ...identity,
  });
  let ended = false;
  server.once('exit', () => (ended = true));
  for (const end = Date.now() + minute; Date.now() < end && !ended; await sleep(30)) {
    const asked = runQuietly(path.join(programs, 'pg_isready'), ['-q', '-h', folder, '-U', 'postgres'], {
      timeoutMs: minute,
    });
    if (
      await asked.then(
        () => true,
        () => false,
      )
    )
      return server;
  }
  server.kill('SIGQUIT');
  throw new Error('the server did not answer');
}

function findPrograms() {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  return [
    ...versions.map((version) => path.join(debian, version, 'bin')),
    ...(process.env.PATH ?? '').split(path.delimiter),
  ]
    .filter(path.isAbsolute)
    .find((directory) => existsSync(path.join(directory, 'initdb')) && existsSync(path.join(directory, 'postgres')));
}

async function installPrograms() {
  if (process.getuid() !== 0 || !existsSync('/usr/bin/apt-get'))
    throw new Error('its programs are not on this machine');
  // Debian would make and start a server of its own otherwise.
  const configuration = '/etc/postgresql-common/createcluster.conf';
  if (!existsSync(configuration)) {
    mkdirSync(path.dirname(configuration), { recursive: true });
    writeFileSync(configuration, 'create_main_cluster = false\n');
  }
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const install = ['-qq', '--yes', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=60', 'install', 'postgresql'];
  const get = (args) => runQuietly('apt-get', args, { timeoutMs: 2 * minute, environment });
  await get(['-qq', 'update']).catch(() => {});
  await get(install);
  const programs = findPrograms();
  if (programs === undefined) throw new Error('the package postgresql has no programs where they are looked for');
  return programs;
}

/** PostgreSQL refuses to run as root. */
async function otherIdentity() {
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const [, , uid, gid] = users.find(([name]) => name === 'postgres') ?? users.find(([name]) => name === 'nobody') ?? [];
  if (uid === undefined) throw new Error('there is no other user to run it as');
  return { uid: Number(uid), gid: Number(gid) };
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

if (process.argv[1] === itself && process.argv[2] === 'serve') await serve(process.argv[3], Number(process.argv[4]));
else if (import.meta.main) console.log(await ensurePostgres());
