import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { type IncomingHttpHeaders, request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { Registry } from 'prom-client';
import { type Accounts, type AccountsTables, createAccounts, type Principal } from '../../src/accounts/index.ts';
import { listen } from '../../src/app/listen.ts';
import { createFirstAnswer, type RegistryReads } from '../../src/http/index.ts';
import { fakeReads, nobody, testApp } from '../../src/http/testing.ts';
import type { JournalTables } from '../../src/journal/index.ts';
import type { AlertsTables } from '../../src/pipeline/alerts/index.ts';
import {
  createFlakeWriter,
  createRegistryStore,
  createReleaseStore,
  createUploads,
  outputLeaves,
  type ReleasesTables,
  tarballKey,
} from '../../src/pipeline/releases/index.ts';
import { tarEnd, tarHeader, tarPadding } from '../../src/pipeline/releases/tar.ts';
import { createFileBlobs } from '../../src/platform/blobs/files.ts';
import { openTestDatabase } from '../../src/platform/database/testing.ts';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface Ask {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
}

const ci = (flake: string | null, organisation = 'acme'): Principal => ({
  kind: 'workload',
  name: `ci-of-${organisation}`,
  scopes: ['read', 'publish'],
  organisation,
  flake,
});

/** Who holds which token of the tests. */
const holders: Readonly<Record<string, Principal>> = {
  publisher: ci(null),
  'one-flake': ci('other'),
  stranger: ci(null, 'elsewhere'),
  keeper: {
    kind: 'person',
    person: { name: 'ada', roles: ['release_manager'] },
    scopes: ['read', 'act'],
    grants: [{ organisation: 'acme', flake: null, role: 'publisher' }],
  },
  /** One of another organisation's, who was let into one flake of ours. */
  guest: {
    kind: 'person',
    person: { name: 'mallory', roles: [] },
    scopes: ['read', 'act', 'publish'],
    grants: [
      { organisation: 'acme', flake: 'open', role: 'reader' },
      { organisation: 'elsewhere', flake: null, role: 'owner' },
    ],
  },
  reader: { kind: 'workload', name: 'builder', scopes: ['read'], organisation: 'acme', flake: null },
};

/** The real registry behind a real server: its database, its folder of tarballs, its uploads. */
export async function registryWorld() {
  const folder = await mkdtemp(path.join(tmpdir(), 'snowguard-registry-'));
  const db = await openTestDatabase<ReleasesTables & JournalTables & AccountsTables & AlertsTables>();
  const blobs = createFileBlobs({ directory: path.join(folder, 'blobs') });
  const random = (size: number) => new Uint8Array(randomBytes(size));
  let now = Date.UTC(2026, 4, 20);
  const clock = { now: () => now };
  const store = createRegistryStore(db);
  const uploads = createUploads({ db, blobs, clock, random, kept: [{ organisation: 'acme', flake: 'secure' }] });
  const registry: RegistryReads = {
    current: store.current,
    textOf: store.textOf,
    pageOf: fakeReads().release,
    outputOf: async ({ uuid }, attributePath) => {
      const leaves = outputLeaves((await store.textOf(uuid))?.outputs ?? {});
      return leaves.find(({ path: names }) => names.join('.') === attributePath)?.storePaths.out ?? null;
    },
    sourceOf: () => null,
    tarballKey,
  };
  const authenticate: Accounts['authenticate'] = async (text) => {
    const principal = holders[text];
    return principal === undefined
      ? { kind: 'invalid' }
      : { kind: 'principal', principal, expiresAt: now + 3_600_000, id: text };
  };
  const flakes = createFlakeWriter(db);
  const { closures } = createAccounts({ organisation: 'acme', db, random, verifyWorkload: null });
  const metrics = new Registry();
  const app = (publicUrl: string) =>
    testApp({
      metrics,
      registry,
      uploads,
      flakes,
      blobs,
      clock,
      publicUrl,
      accounts: { ...nobody, authenticate, closures },
    });
  const first = await listen({ app: { fetch: () => new Response() }, host: '127.0.0.1', port: 0 });
  await first.close();
  const origin = `http://127.0.0.1:${first.port}`;
  const server = await listen({
    app: app(origin),
    first: createFirstAnswer({ registry, metrics, publicUrl: origin }),
    host: '127.0.0.1',
    port: first.port,
  });

  return {
    origin,
    port: first.port,
    db,
    blobs,
    uploads,
    closures,
    releases: createReleaseStore(db),
    flakes,
    current: store.current,
    folder,
    later: (ms: number) => {
      now += ms;
    },
    now: () => now,
    ask: (target: string, given: Ask = {}) => ask(first.port, target, given),
    close: async () => {
      await server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export type RegistryWorld = Awaited<ReturnType<typeof registryWorld>>;

/** `node:http` sends the target as it is. */
export function ask(port: number, target: string, { method = 'GET', headers = {}, body }: Ask): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(body)) };
    const sent = request(
      { port, host: '127.0.0.1', path: target, method, headers: { ...length, ...headers }, agent: false },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text: Buffer.concat(chunks).toString(),
          }),
        );
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

/** A gzipped tarball of a flake as a store path is packed, `abc-source/…`. */
export function packedFlake(
  files: Readonly<Record<string, string>>,
  mtime = 1_778_000_000,
  beside: readonly (readonly [string, string])[] = [],
): Buffer {
  const root = 'k3l9c7-source';
  const parts: Uint8Array[] = [tarHeader({ kind: 'directory', path: root }, mtime)];
  const within = Object.entries(files).map(([name, text]) => [`${root}/${name}`, text] as const);
  for (const [name, text] of [...within, ...beside]) {
    const content = Buffer.from(text);
    parts.push(tarHeader({ kind: 'regular', path: name, sizeBytes: content.length }, mtime));
    parts.push(content, tarPadding(content.length));
  }
  return gzipSync(Buffer.concat([...parts, tarEnd]));
}

/** The body that `flakehub-push` sends, with what a test says otherwise. */
export function metadata(given: Readonly<Record<string, unknown>> = {}) {
  return {
    commit_count: 42,
    description: 'A tool',
    outputs: {
      version: 1,
      docs: { packages: 'Packages' },
      inventory: {
        packages: {
          children: {
            'x86_64-linux': {
              children: {
                default: {
                  what: 'package',
                  shortDescription: 'A tool',
                  forSystems: ['x86_64-linux'],
                  derivation: '/nix/store/6a1dbsm1rfl9hg5j8bixkfyjlfsxcvqq-tool-1.drv',
                  outputs: { out: '/nix/store/2dqkyi6jvrkdm5b0s5yf5ga0ikpc2yfn-tool-1' },
                },
              },
            },
          },
        },
      },
    },
    raw_flake_metadata: { description: 'A tool' },
    readme: '# Tool\n',
    repo: 'acme/tool',
    revision: 'a'.repeat(40),
    visibility: 'public',
    mirrored: false,
    source_subdirectory: '',
    spdx_identifier: 'MIT',
    labels: ['nix', 'tools'],
    ...given,
  };
}

export interface Push {
  readonly token?: string;
  readonly name?: string;
  readonly version?: string;
  readonly tarball?: Buffer;
  readonly body?: Readonly<Record<string, unknown>>;
}

/** The requests of `flakehub-push`, in its order and spelling, up to the first that does not answer 2xx. */
export async function push(world: Pick<RegistryWorld, 'ask' | 'origin'>, given: Push = {}): Promise<readonly Answer[]> {
  const { token = 'publisher', name = 'acme/tool', version = '1.0.0' } = given;
  const tarball = given.tarball ?? packedFlake({ 'flake.nix': '{ outputs = _: { }; }\n' });
  const hash = createHash('sha256').update(tarball).digest('base64');
  const headers = {
    Authorization: `Bearer ${token}`,
    'Content-Type': 'application/json',
    'User-Agent': 'flakehub-push',
    Accept: '*/*',
  };
  const answers: Answer[] = [];
  const step = async (target: string, asked: Ask) => {
    const answer = await world.ask(target, asked);
    answers.push(answer);
    return answer.status >= 200 && answer.status < 300 ? answer : null;
  };
  if ((await step('/token/status', { headers })) === null) return answers;
  const begun = await step(`/upload/${name}/${version}/${tarball.length}/${hash}`, {
    method: 'POST',
    headers,
    body: JSON.stringify(metadata({ repo: name, ...given.body })),
  });
  if (begun === null) return answers;
  const { s3_upload_url, uuid } = JSON.parse(begun.text) as { readonly s3_upload_url: string; readonly uuid: string };
  const stored = await step(s3_upload_url.slice(world.origin.length), {
    method: 'PUT',
    headers: { 'Content-Type': 'application/gzip', 'x-amz-checksum-sha256': hash },
    body: tarball,
  });
  if (stored !== null) await step(`/publish/${uuid}`, { method: 'POST', headers });
  return answers;
}
