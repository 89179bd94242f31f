import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nixForTests } from '../../src/platform/nix-tool/testing.ts';
import { type CacheWorld, cacheWorld } from '../support/cache-world.ts';
import { nixClient } from '../support/nix-client.ts';
import { ask, packedFlake, push } from '../support/registry-world.ts';
import { s3ForTests } from '../support/s3-server.ts';

const nix = await nixForTests();

/** A package that refers to another one, as Nix expressions that need nothing but a shell. */
const expression = (mark: string) => `
  let
    make = name: text: derivation {
      inherit name text;
      system = builtins.currentSystem;
      builder = "/bin/sh";
      args = [ "-c" "echo $text > $out" ];
    };
    dep = make "dep-1.0" "${mark}";
  in make "app-1.0" "needs \${dep}"
`;

describe.skipIf(nix === null)('a binary cache', { timeout: 120_000 }, () => {
  let world: CacheWorld;
  let writer: string;
  const homes: string[] = [];

  beforeAll(async () => {
    world = await cacheWorld();
    writer = await world.token(['cache-write', 'read']);
  });
  afterAll(() => world?.close());

  /** A machine of its own: nothing in its store, nothing remembered. */
  const machine = async (token: string | null = null, host = '127.0.0.1') => {
    if (nix === null) throw new Error('no Nix');
    const home = path.join(world.folder, `home-${homes.length}`);
    homes.push(home);
    await mkdir(home);
    const netrc = path.join(home, 'netrc');
    await writeFile(netrc, token === null ? '' : `machine ${host} login snowguard password ${token}\n`);
    const run = nixClient(nix, home);
    return (...args: readonly string[]) =>
      run(home, ...args, '--option', 'netrc-file', netrc, '--option', 'narinfo-cache-negative-ttl', '0');
  };
  const built = async (run: Awaited<ReturnType<typeof machine>>, mark: string, ...more: readonly string[]) => {
    const args = ['build', '--impure', '--no-link', '--print-out-paths', '--expr', expression(mark), ...more];
    const { status, stdout, stderr } = await run(...args);
    expect([status, stderr]).toEqual([0, expect.anything()]);
    return { path: stdout.trim(), stderr };
  };
  const publicKeys = async () =>
    (await world.workspace.context.cache.keys.list(Date.now())).filter(({ retiredAt }) => retiredAt === null);
  const trusted = async () => (await publicKeys()).map(({ publicKey }) => publicKey).join(' ');

  test.each(['zstd', 'xz', 'gzip', 'none', 'br'])(
    'takes a closure by nix copy, compressed by %s, and gives it back',
    async (compression) => {
      const from = await machine(writer);
      const { path: out } = await built(from, `copied ${compression}`);
      const to = `${world.origin}/cache?compression=${compression}&write-nar-listing=true`;
      const copied = await from('copy', '--to', to, out);
      expect([copied.status, copied.stderr]).toEqual([0, expect.not.stringContaining('error')]);
      const again = await from('copy', '--to', to, out);
      expect(again.status).toBe(0);

      const into = await machine();
      const back = await into(
        'copy',
        '--from',
        `${world.origin}/cache`,
        out,
        '--option',
        'trusted-public-keys',
        await trusted(),
      );
      expect([back.status, back.stderr]).toEqual([0, expect.anything()]);
      const content = await into('store', 'cat', out);
      expect(content.stdout).toBe((await from('store', 'cat', out)).stdout);
    },
  );

  test('a compression that cannot be looked into is refused in words', async () => {
    const from = await machine(writer);
    const { path: out } = await built(from, 'other compressions');
    for (const compression of ['bzip2', 'lz4', 'lzip']) {
      const { status, stderr } = await from('copy', '--to', `${world.origin}/cache?compression=${compression}`, out);
      expect([status, stderr]).toEqual([1, expect.stringMatching(/upload with \?compression=zstd/)]);
    }
  });

  test('a path that follows from its content goes in, and out again without any key', async () => {
    const from = await machine(writer);
    const text = `builtins.toFile "referring" "see \${builtins.toFile "plain" "hello"}"`;
    const made = await from('eval', '--impure', '--raw', '--expr', text);
    const [out = ''] = [made.stdout.trim()];
    expect(out).toMatch(/-referring$/);
    const copied = await from('copy', '--to', `${world.origin}/cache?compression=zstd`, out);
    expect([copied.status, copied.stderr]).toEqual([0, expect.anything()]);
    const into = await machine();
    const back = await into('copy', '--from', `${world.origin}/cache`, out, '--option', 'trusted-public-keys', '');
    expect([back.status, back.stderr]).toEqual([0, expect.anything()]);
    expect((await into('store', 'cat', out)).stdout).toMatch(/^see \/nix\/store\/\w+-plain$/);
  });

  test('what was fetched goes in by whatever hash it was named, and out again without any key', async () => {
    const from = await machine(writer);
    const fetched = (method: string, algorithm: string, hash: string) => `derivation {
      name = "${method}-${algorithm}"; system = builtins.currentSystem; builder = "/bin/sh"; args = [ "-c" "printf hello > $out" ];
      outputHashMode = "${method}"; outputHashAlgo = "${algorithm}"; outputHash = "${hash}"; }`;
    const sha512 = createHash('sha512').update('hello').digest('hex');
    const nar = ['nix-archive-1', '(', 'type', 'regular', 'contents', 'hello', ')'].map((word) => {
      const bytes = Buffer.alloc(8 + Math.ceil(word.length / 8) * 8);
      bytes.writeBigUInt64LE(BigInt(word.length));
      bytes.write(word, 8);
      return bytes;
    });
    const sha1 = createHash('sha1').update(Buffer.concat(nar)).digest('hex');
    for (const expression of [fetched('flat', 'sha512', sha512), fetched('recursive', 'sha1', sha1)]) {
      const made = await from('build', '--impure', '--no-link', '--print-out-paths', '--expr', expression);
      expect([made.status, made.stderr]).toEqual([0, expect.anything()]);
      const out = made.stdout.trim();
      const copied = await from('copy', '--to', `${world.origin}/cache?compression=xz`, out);
      expect([copied.status, copied.stderr]).toEqual([0, expect.anything()]);
      const into = await machine();
      const back = await into('copy', '--from', `${world.origin}/cache`, out, '--option', 'trusted-public-keys', '');
      expect([back.status, back.stderr]).toEqual([0, expect.anything()]);
    }
  });

  test('is substituted from when its key is trusted, and built again when it is not', async () => {
    const from = await machine(writer);
    const { path: out } = await built(from, 'substituted');
    expect((await from('copy', '--to', `${world.origin}/cache?compression=zstd`, out)).status).toBe(0);
    const options = (keys: string) =>
      ['--option', 'substituters', `${world.origin}/cache`, '--option', 'trusted-public-keys', keys] as const;

    const trusting = await built(await machine(), 'substituted', ...options(await trusted()));
    expect(trusting.path).toBe(out);
    expect(trusting.stderr).toMatch(/copying path '.*-app-1\.0' from 'http/);

    const other = 'elsewhere-1:A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=';
    const doubting = await built(await machine(), 'substituted', ...options(other));
    expect(doubting.stderr).not.toMatch(/copying path '.*-app-1\.0'/);
    expect(doubting.stderr).toMatch(/building '.*-app-1\.0\.drv'/);
  });

  test('one flipped byte in the archive, and it is refused', async () => {
    const from = await machine(writer);
    const { path: out } = await built(from, 'flipped');
    expect((await from('copy', '--to', `${world.origin}/cache?compression=none`, out)).status).toBe(0);
    const hash = path.basename(out).slice(0, 32);
    const info = await (await fetch(`${world.origin}/cache/${hash}.narinfo`)).text();
    const file = /^URL: nar\/(.+)$/m.exec(info)?.[1] ?? '';
    const stored = await world.workspace.context.cache.store.nar(['common'], file);
    const blob = path.join(world.folder, 'workspace', 'blobs', stored?.blob ?? '');
    const bytes = await readFile(blob);
    bytes[bytes.length - 40] = (bytes[bytes.length - 40] ?? 0) ^ 1;
    await writeFile(blob, bytes);
    const into = await machine();
    const copy = await into(
      'copy',
      '--from',
      `${world.origin}/cache`,
      out,
      '--option',
      'trusted-public-keys',
      await trusted(),
    );
    expect(copy.status).not.toBe(0);
    expect(copy.stderr).toMatch(/hash mismatch|unexpected|padding/);
  });

  test('a rotated key: paths of before and after are good by the new key, and by the old one until it is retired', async () => {
    const from = await machine(writer);
    const before = (await built(from, 'before rotation')).path;
    expect((await from('copy', '--to', `${world.origin}/cache`, before)).status).toBe(0);
    const { cache, context } = world.workspace;
    const [old] = await publicKeys();
    const fresh = await context.cache.keys.generate({ name: await cache.nextKeyName(), at: Date.now(), actor: 'ada' });
    expect(await context.cache.keys.resign()).toBeGreaterThan(0);
    const after = (await built(from, 'after rotation')).path;
    expect((await from('copy', '--to', `${world.origin}/cache`, after)).status).toBe(0);
    const reads = async (key: string, out: string) =>
      (await (await machine())('copy', '--from', `${world.origin}/cache`, out, '--option', 'trusted-public-keys', key))
        .status;
    for (const out of [before, after])
      for (const key of [old?.publicKey ?? '', fresh.publicKey]) expect(await reads(key, out)).toBe(0);

    await context.cache.keys.retire({ name: old?.name ?? '', at: Date.now(), actor: 'ada' });
    const last = (await built(from, 'after retirement')).path;
    expect((await from('copy', '--to', `${world.origin}/cache`, last)).status).toBe(0);
    expect([await reads(old?.publicKey ?? '', last), await reads(fresh.publicKey, last)]).toEqual([1, 0]);
  });

  test('a private cache: by netrc for who may, empty for everybody else', async () => {
    const cache = `${world.origin}/cache/acme/hidden`;
    const from = await machine(await world.token(['cache-write', 'read'], 'hidden'));
    const { path: out } = await built(from, 'private');
    const copied = await from('copy', '--to', cache, out);
    expect([copied.status, copied.stderr]).toEqual([0, expect.anything()]);
    const keys = ['--option', 'trusted-public-keys', await trusted()];
    const reads = async (token: string | null, url: string) =>
      (await (await machine(token))('copy', '--from', url, out, ...keys)).status;
    for (const url of [cache, `${world.origin}/cache`]) {
      expect(await reads(await world.token(['read'], 'hidden'), url)).toBe(0);
      expect(await reads(null, url)).toBe(1);
      expect(await reads('sg_0000000000000000_wrong', url)).toBe(1);
      expect(await reads(await world.token(['read'], 'other'), url)).toBe(1);
    }
    const closure = await world.workspace.accounts.closures.issue({ storePath: out, issuedTo: 'ada', at: Date.now() });
    expect(await reads(closure.text, `${world.origin}/cache`)).toBe(0);
  });

  test('who may not write is told so, and nothing appears', async () => {
    const from = await machine(await world.token(['read']));
    const { path: out } = await built(from, 'not allowed');
    const refused = await from('copy', '--to', `${world.origin}/cache`, out);
    expect(refused.status).toBe(1);
    expect(refused.stderr).toMatch(/403/);
    const stranger = await machine();
    await built(stranger, 'not allowed');
    const { status, stderr } = await stranger('copy', '--to', `${world.origin}/cache`, out);
    expect([status, stderr]).toEqual([1, expect.stringMatching(/401|token/)]);
    expect((await fetch(`${world.origin}/cache/${path.basename(out).slice(0, 32)}.narinfo`)).status).toBe(404);
  });

  test('a signature of a person is kept beside ours; logs are kept', async () => {
    const from = await machine(writer);
    const { path: out } = await built(from, 'signed');
    const url = `${world.origin}/cache`;
    expect((await from('copy', '--to', url, out)).status).toBe(0);
    const key = path.join(world.folder, 'person.secret');
    const made = await from('key', 'generate-secret', '--key-name', 'person-1');
    await writeFile(key, made.stdout);
    const signed = await from('store', 'sign', '--store', url, '-k', key, out);
    expect([signed.status, signed.stderr]).toEqual([0, expect.anything()]);
    const info = await (await fetch(`${url}/${path.basename(out).slice(0, 32)}.narinfo`)).text();
    expect([...info.matchAll(/^Sig: (.+):/gm)].map(([, name]) => name)).toEqual(
      expect.arrayContaining(['person-1', (await publicKeys())[0]?.name]),
    );
    const logs = await from('store', 'copy-log', '--to', url, out);
    expect([logs.status, logs.stderr]).toEqual([0, expect.anything()]);
  });

  /** A private flake: its tarball goes from the bucket to who has a token, and the lock says nothing of the bucket. */
  async function lockFromBucket(stored: CacheWorld, endpoint: string): Promise<void> {
    // Not the host name of the bucket: Nix sends a token to every address of a host that has one.
    const origin = stored.workspace.configuration.public_url;
    const port = Number(new URL(origin).port);
    const token = await stored.token(['publish', 'read']);
    const publish = (version: string) =>
      push(
        { origin, ask: (target, given) => ask(port, target, given ?? {}) },
        {
          token,
          name: 'acme/tool',
          version,
          tarball: packedFlake({ 'flake.nix': `{ outputs = _: { word = "${version}"; }; }\n` }),
          body: { visibility: 'private' },
        },
      );
    expect((await publish('1.0.0')).map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    const headers = { Authorization: `Bearer ${token}`, Host: new URL(origin).host };
    const resolved = await ask(port, '/f/acme/tool/1', { headers });
    const pinned = resolved.headers.location ?? '';
    const answer = await ask(port, pinned.slice(origin.length), { headers });
    expect([
      answer.status,
      answer.headers.location?.startsWith(`${endpoint}/blobs/there/`),
      answer.headers.link,
    ]).toEqual([307, true, resolved.headers.link]);

    const project = path.join(stored.folder, 'project');
    await mkdir(project);
    await writeFile(
      path.join(project, 'flake.nix'),
      `{ inputs.tool.url = "${origin}/f/acme/tool/1"; outputs = { tool, ... }: { inherit (tool) word; }; }\n`,
    );
    const word = async (given: string | null) => {
      const run = await machine(given, new URL(origin).hostname);
      return run('eval', '--raw', `path:${project}#word`, '--option', 'tarball-ttl', '0');
    };
    expect((await word(null)).stderr).toContain('there is no flake acme/tool here');
    const first = await word(token);
    expect([first.stdout, first.stdout === '1.0.0' ? '' : first.stderr]).toEqual(['1.0.0', '']);
    const lock = await readFile(path.join(project, 'flake.lock'), 'utf8');
    expect(JSON.parse(lock).nodes.tool.locked.url).toBe(pinned);
    expect(lock).not.toContain(endpoint);

    expect((await publish('1.1.0')).at(-1)?.status).toBe(200);
    const run = await machine(token, new URL(origin).hostname);
    const updated = await run('flake', 'update', '--flake', project, '--option', 'tarball-ttl', '0');
    expect([updated.status, updated.stderr]).toEqual([0, expect.stringContaining('1.1.0')]);
    expect((await word(token)).stdout).toBe('1.1.0');
  }

  test('from an S3 store: what is copied lies in the bucket, and its bytes reach the client without us', async () => {
    const s3 = await s3ForTests();
    if (s3 === null) return;
    process.env.TEST_S3_ACCESS = s3.credentials.accessKeyId;
    process.env.TEST_S3_SECRET = s3.credentials.secretAccessKey;
    const stored = await cacheWorld({
      more: `[storage]\nblobs = "s3://blobs/there"\n[storage.s3]\nendpoint = "${s3.endpoint}"
access_key_env = "TEST_S3_ACCESS"\nsecret_key_env = "TEST_S3_SECRET"\n`,
      environment: process.env,
    });
    try {
      const from = await machine(await stored.token(['cache-write', 'read']));
      const { path: out } = await built(from, 'in a bucket');
      const copied = await from('copy', '--to', `${stored.origin}/cache?compression=zstd`, out);
      expect([copied.status, copied.stderr]).toEqual([0, expect.anything()]);
      const info = await (await fetch(`${stored.origin}/cache/${path.basename(out).slice(0, 32)}.narinfo`)).text();
      const url = /^URL: (.+)$/m.exec(info)?.[1] ?? '';
      const answer = await fetch(`${stored.origin}/cache/${url}`, { redirect: 'manual' });
      expect([answer.status, answer.headers.get('location')?.startsWith(`${s3.endpoint}/blobs/there/`)]).toEqual([
        307,
        true,
      ]);
      const keys = (await stored.workspace.context.cache.keys.list(Date.now()))
        .map(({ publicKey }) => publicKey)
        .join(' ');
      const back = await (await machine())(
        'copy',
        '--from',
        `${stored.origin}/cache`,
        out,
        '--option',
        'trusted-public-keys',
        keys,
      );
      expect([back.status, back.stderr]).toEqual([0, expect.anything()]);
      await lockFromBucket(stored, s3.endpoint);
    } finally {
      await stored.close();
      await s3.stop();
    }
  });
});
