import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openDatabase } from '../../src/app/storage.ts';
import { encodeBase32 } from '../../src/formats/nix/base32.ts';
import { narOf } from '../../src/formats/nix/nar.ts';
import { parseNarInfo } from '../../src/formats/nix/narinfo.ts';
import { systemClock } from '../../src/foundation/clock.ts';
import type { JournalTables } from '../../src/journal/index.ts';
import { defaultPolicyText } from '../../src/pipeline/findings/index.ts';
import { inspectNar } from '../../src/pipeline/releases/cache/inspect-nar.ts';
import {
  acceptPath,
  type CacheTables,
  commonCache,
  createCacheStore,
  receiveNar,
} from '../../src/pipeline/releases/index.ts';
import { createFileBlobs } from '../../src/platform/blobs/files.ts';
import { bundle, freePort } from '../support/program.ts';

const archiveBytes = 50 * 1024 * 1024;

interface CacheWorld {
  /** Addresses of the same archive of 50 MB, and of the folder where narinfo are asked for. */
  readonly ours: string;
  readonly nginx: string;
  readonly nar: string;
  readonly oursPid: number;
}

/** Our server and nginx beside it, each a process of its own, with one archive of 50 MB. */
export async function startCaches(folder: string): Promise<CacheWorld> {
  const [port, nginxPort] = [await freePort(), await freePort()];
  const workspace = path.join(folder, 'workspace');
  const { file, bytes } = await cacheWorkspace(workspace, port);
  const root = path.join(folder, 'root', 'cache', 'nar');
  await mkdir(root, { recursive: true });
  await writeFile(path.join(root, file), bytes);
  await writeFile(path.join(folder, 'nginx.conf'), nginxConfiguration(folder, nginxPort));
  const ours = spawn(process.execPath, [await bundle(), 'up', '-w', workspace, '-p', String(port), '--role', 'serve'], {
    stdio: 'ignore',
  });
  const nginx = spawn('nginx', ['-p', folder, '-c', path.join(folder, 'nginx.conf')], { stdio: 'ignore' });
  process.once('exit', () => {
    for (const child of [ours, nginx]) child.kill('SIGKILL');
  });
  for (const child of [ours, nginx]) child.unref();
  const origins = [port, nginxPort].map((one) => `http://127.0.0.1:${one}`);
  const [first = '', second = ''] = origins;
  for (const origin of origins) await answering(`${origin}/cache/nar/${file}`);
  return { ours: first, nginx: second, nar: `/cache/nar/${file}`, oursPid: ours.pid ?? 0 };
}

async function answering(url: string): Promise<void> {
  const asks = () =>
    fetch(url, { method: 'HEAD' }).then(
      ({ status }) => status === 200,
      () => false,
    );
  for (let tries = 0; !(await asks()); tries++) {
    if (tries > 400) throw new Error(`${url} does not answer`);
    await sleep(50);
  }
}

function nginxConfiguration(folder: string, port: number): string {
  return `daemon off; master_process off; pid ${folder}/nginx.pid; error_log stderr crit;
${process.getuid?.() === 0 ? 'user root;' : ''}
events { worker_connections 2048; }
http {
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000;
  client_body_temp_path ${folder}; proxy_temp_path ${folder}; fastcgi_temp_path ${folder};
  uwsgi_temp_path ${folder}; scgi_temp_path ${folder};
  server { listen 127.0.0.1:${port}; root ${folder}/root; default_type application/x-nix-nar; }
}
`;
}

/** A workspace whose cache offers one archive of 50 MB, written into `folder`; gives the archive's name and bytes. */
async function cacheWorkspace(
  folder: string,
  port: number,
): Promise<{ readonly file: string; readonly bytes: Buffer }> {
  await mkdir(path.join(folder, 'covered'), { recursive: true });
  await writeFile(path.join(folder, 'policy.toml'), defaultPolicyText);
  await writeFile(
    path.join(folder, 'snowguard.toml'),
    `organisation = "acme"\nflake = "secure"\npublic_url = "http://127.0.0.1:${port}"
[nix]\nprogram = "none"\nsystems = ["x86_64-linux"]\n[[channel]]\nid = "secure"\n[feeds]\n`,
  );
  const chunks: Uint8Array[] = [];
  const content = randomBytes(archiveBytes);
  for await (const chunk of narOf([{ path: 'large', kind: 'regular', content }])) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  const hash = encodeBase32(createHash('sha256').update(bytes).digest());
  const file = `${hash}.nar`;
  const read = parseNarInfo(
    `StorePath: /nix/store/00000000000000000000000000000001-large\nURL: nar/${file}\nCompression: none
NarHash: sha256:${hash}\nNarSize: ${bytes.length}\nReferences: \n`,
  );
  if (read.kind === 'invalid') throw new Error(read.reason);
  const db = await openDatabase<CacheTables & JournalTables>({
    setting: 'sqlite:snowguard.db',
    folder,
    now: systemClock.now(),
  });
  const store = createCacheStore(db);
  const archives = {
    blobs: createFileBlobs({ directory: path.join(folder, 'blobs') }),
    bounds: { narBytes: 2 * archiveBytes, fileBytes: 2 * archiveBytes },
    inspect: inspectNar,
  };
  await receiveNar({
    ...archives,
    store,
    clock: systemClock,
    random: randomBytes,
    cache: commonCache,
    file,
    body: (async function* () {
      yield bytes;
    })(),
  });
  const accepted = {
    store,
    archives,
    keys: [],
    cache: commonCache,
    narInfo: read.narInfo,
    at: systemClock.now(),
    actor: 'bench',
  };
  const outcome = await acceptPath(accepted);
  if (outcome.kind !== 'added') throw new Error(outcome.kind);
  await db.close();
  return { file, bytes };
}
