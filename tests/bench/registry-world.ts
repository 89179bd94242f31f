import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { migrate, migrations } from '../../src/migrations/index.ts';
import { defaultPolicyText } from '../../src/pipeline/findings/index.ts';
import type { Release, ReleasesTables } from '../../src/pipeline/releases/index.ts';
import { tarballKey } from '../../src/pipeline/releases/index.ts';
import { rowOfRelease } from '../../src/pipeline/releases/rows.ts';
import { createFileBlobs } from '../../src/platform/blobs/files.ts';
import { openSqlite } from '../../src/platform/database/sqlite.ts';
import { bundle, freePort } from '../support/program.ts';
import type { SelfTimed } from './measure.ts';

const settings = `organisation = "acme"\nflake = "secure"\n[nix]\nprogram = "none"\nsystems = ["x86_64-linux"]\n[[channel]]\nid = "secure"\nflake = "secure"\n[feeds]\n`;
const releases = 500;
export const tarballBytes = 50 * 1024 * 1024;

/** Ours with 500 releases, a bare `node:http` server with a fixed redirect, and nginx with both; each a process of its own. */
export async function registryWorld(folder: string) {
  const workspace = path.join(folder, 'workspace');
  await mkdir(path.join(workspace, 'covered'), { recursive: true });
  await writeFile(path.join(workspace, 'policy.toml'), defaultPolicyText);
  await writeFile(path.join(workspace, 'snowguard.toml'), settings);
  const newest = await fill(workspace);
  const port = await freePort();
  const ours = spawn(process.execPath, [await bundle(), 'up', '-w', workspace, '-p', String(port)], {
    stdio: 'ignore',
  });
  const origin = `http://127.0.0.1:${port}`;
  await answering(`${origin}/healthz`);
  const pinned = await fetch(`${origin}/f/acme/secure/0`, { redirect: 'manual' });
  const location = pinned.headers.get('Location') ?? '';

  const [barePort, nginxPort] = [await freePort(), await freePort()];
  const fixed = { Location: location, Link: pinned.headers.get('Link') ?? '', 'Content-Length': '0' };
  const bare = spawn(process.execPath, ['-e', bareServer, String(barePort), JSON.stringify(fixed)], {
    stdio: 'inherit',
  });
  const blob = path.join(workspace, 'blobs', ...tarballKey(newest).split('/'));
  await writeFile(
    path.join(folder, 'nginx.conf'),
    nginxConfiguration({ folder, blob, port: nginxPort, location, link: fixed.Link }),
  );
  const nginx = spawn('nginx', ['-p', folder, '-c', path.join(folder, 'nginx.conf')], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  // The benchmark ends with its process, and they with it.
  process.once('exit', () => {
    for (const child of [ours, bare, nginx]) child.kill('SIGKILL');
  });
  for (const child of [ours, bare, nginx]) child.unref();
  for (const port of [barePort, nginxPort]) await answering(`http://127.0.0.1:${port}/f/acme/secure/0`);
  return {
    ours: origin,
    oursPid: ours.pid ?? 0,
    bare: `http://127.0.0.1:${barePort}`,
    nginx: `http://127.0.0.1:${nginxPort}`,
    tarball: new URL(location).pathname,
  };
}

async function fill(workspace: string): Promise<Release> {
  const db = await openSqlite<ReleasesTables>({ file: path.join(workspace, 'snowguard.db') });
  await migrate(db, migrations, 0);
  const all = Array.from({ length: releases }, (_, count) => release(count + 1));
  await db.write(async (trx) => {
    for (const each of all) await trx.insertInto('release').values(rowOfRelease(each)).execute();
  });
  await db.close();
  const newest = all.at(-1) as Release;
  const blobs = path.join(workspace, 'blobs');
  await mkdir(blobs, { recursive: true });
  await createFileBlobs({ directory: blobs }).put(tarballKey(newest), randomBytes(tarballBytes));
  return newest;
}

function release(count: number): Release {
  const commitId = count.toString(16).padStart(40, '0');
  return {
    uuid: `01900000-0000-7000-8000-${String(count).padStart(12, '0')}`,
    organisation: 'acme',
    flake: 'secure',
    channel: 'secure',
    version: `0.1.${count}+rev-${commitId}`,
    commitId,
    treeId: commitId,
    commitCount: count,
    lastModified: 1_778_000_000 + count,
    narHash: 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=',
    sizeBytes: tarballBytes,
    sha256: 'c'.repeat(64),
    publishedAt: 1_778_000_000_000 + count,
    yankedAt: null,
    fixes: [],
  };
}

const bareServer = `const [port, headers] = process.argv.slice(1);
const fixed = Object.entries(JSON.parse(headers)).flat();
require('node:http').createServer((_, response) => { response.writeHead(307, fixed); response.end(); }).listen(Number(port), '127.0.0.1');`;

function nginxConfiguration(given: {
  readonly folder: string;
  readonly blob: string;
  readonly port: number;
  readonly location: string;
  readonly link: string;
}): string {
  return `daemon off; master_process off; pid ${given.folder}/nginx.pid; error_log stderr crit;
${process.getuid?.() === 0 ? 'user root;' : ''}
events { worker_connections 2048; }
http {
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000;
  client_body_temp_path ${given.folder}; proxy_temp_path ${given.folder}; fastcgi_temp_path ${given.folder};
  uwsgi_temp_path ${given.folder}; scgi_temp_path ${given.folder};
  server {
    listen 127.0.0.1:${given.port};
    location ~ ^/f/pinned/ { alias ${given.blob}; }
    location /f/ { add_header Link '${given.link}' always; return 307 ${given.location}; }
  }
}
`;
}

async function answering(url: string): Promise<void> {
  for (let tries = 0; tries < 800; tries++) {
    if (
      await fetch(url, { redirect: 'manual' }).then(
        () => true,
        () => false,
      )
    )
      return;
    await sleep(25);
  }
  throw new Error(`${url} does not answer`);
}

/** Requests by `wrk` for some seconds, of one unit: `perUnit` answers. */
export async function byWrk(
  url: string,
  given: { readonly connections: number; readonly seconds: number; readonly perUnit: number },
): Promise<SelfTimed> {
  const said = await wrk(url, given);
  const [, answers = ''] = /(\d+) requests in/.exec(said) ?? [];
  const [, perSecond = ''] = /Requests\/sec:\s+([\d.]+)/.exec(said) ?? [];
  if (Number(answers) === 0 || /Non-2xx|Socket errors/.test(said)) throw new Error(said.trim());
  return { kind: 'self-timed', tookMs: (1000 * given.perUnit) / Number(perSecond), result: given.perUnit };
}

/** What `wrk` says after so many connections have asked for so long. */
export async function wrk(
  url: string,
  { connections, seconds }: { readonly connections: number; readonly seconds: number },
): Promise<string> {
  const args = ['-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '30s', url];
  return (await promisify(execFile)('wrk', args)).stdout;
}

/** One line of why it cannot run here; null when it can. */
export async function missingPrograms(): Promise<string | null> {
  for (const [name, ...args] of [
    ['wrk', '-v'],
    ['nginx', '-v'],
  ] as const) {
    const isThere = await promisify(execFile)(name, args).then(
      () => true,
      (error: NodeJS.ErrnoException) => error.code !== 'ENOENT',
    );
    if (!isThere) return `the Debian package ${name} is not installed`;
  }
  return null;
}
