// A real S3 server to test with: OpenStack Swift and its S3 interface, from Debian. It checks every signature and knows
// multipart uploads and presigned addresses. Where it is missing and we are root on Debian, apt installs it. Each has a folder
// of its own, listens on the loopback interface, and ends with `stop`.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { installPackage } from './apt.mjs';
import { runQuietly } from './run-quietly.mjs';

const minute = 60_000;
const stores = ['account', 'container', 'object'];
export const credentials = { accessKeyId: 'test:tester', secretAccessKey: 'testing' };

/** `{ endpoint, stop }`, or `{ missing }`, one line of why. There is no bucket yet. */
export async function startS3() {
  try {
    for (const name of [...stores, 'proxy']) {
      if (existsSync(`/usr/bin/swift-${name}-server`)) continue;
      if (process.getuid() !== 0 || !existsSync('/usr/bin/apt-get'))
        throw new Error(`swift-${name}-server is not on this machine`);
      await installPackage(`swift-${name}`, `Getting swift-${name} from Debian`);
    }
    return await startServers();
  } catch (error) {
    return { missing: `no S3 server: ${error.message}` };
  }
}

async function startServers() {
  const folder = mkdtempSync(path.join(tmpdir(), 'snowguard-s3-'));
  const running = [];
  const stop = async () => {
    await Promise.all(running.map(ended));
    rmSync(folder, { recursive: true, force: true });
  };
  const start = (name) =>
    running.push(spawn(`/usr/bin/swift-${name}-server`, [path.join(folder, `${name}.conf`)], { stdio: 'ignore' }));
  try {
    mkdirSync(path.join(folder, 'srv', 'd1'), { recursive: true });
    for (const name of stores) {
      const port = await freePort();
      const ring = (...args) =>
        runQuietly('swift-ring-builder', [`${name}.builder`, ...args], { cwd: folder, timeoutMs: minute });
      await ring('create', '4', '1', '1');
      await ring('add', `r1z1-127.0.0.1:${port}/d1`, '1');
      await ring('rebalance');
      writeFileSync(
        path.join(folder, `${name}.conf`),
        `${settings(folder, port)}
devices = ${folder}/srv
mount_check = false
disable_fallocate = true
[pipeline:main]
pipeline = ${name}-server
[app:${name}-server]
use = egg:swift#${name}
`,
      );
      start(name);
    }
    const port = await freePort();
    writeFileSync(path.join(folder, 'proxy.conf'), settings(folder, port) + proxy);
    start('proxy');
    const endpoint = `http://127.0.0.1:${port}`;
    for (const end = Date.now() + minute; Date.now() < end; await sleep(50))
      if (await fetch(endpoint).catch(() => null)) return { endpoint, stop };
    throw new Error('it did not answer');
  } catch (error) {
    await stop();
    throw error;
  }
}

const settings = (folder, port) => `[DEFAULT]
bind_ip = 127.0.0.1
bind_port = ${port}
workers = 0
user = ${userInfo().username}
swift_dir = ${folder}
log_level = ERROR
`;

const proxy = `
[pipeline:main]
pipeline = catch_errors cache s3api tempauth slo dlo proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:1
[filter:s3api]
use = egg:swift#s3api
location = us-east-1
[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = ${credentials.secretAccessKey} .admin
[filter:slo]
use = egg:swift#slo
[filter:dlo]
use = egg:swift#dlo
`;

function ended(child) {
  const gone = new Promise((resolve) => child.once('exit', resolve));
  if (child.exitCode === null) child.kill('SIGKILL');
  else return Promise.resolve();
  return gone;
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer()
      .once('error', reject)
      .listen({ host: '127.0.0.1', port: 0 }, () => {
        const { port } = server.address();
        server.close(() => resolve(port));
      });
  });
}
