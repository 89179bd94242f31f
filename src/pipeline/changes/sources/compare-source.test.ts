import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createMemoryBlobs } from '../../../platform/blobs/memory.ts';
import { createFetcher } from '../../../platform/fetcher/http.ts';
import { initBare } from '../../../platform/git/repository.ts';
import type { Instance } from '../../catalog/index.ts';
import { detectors } from '../detectors/index.ts';
import { step, turn } from '../detectors/testing.ts';
import { type ComparedSource, compareSource } from './compare-source.ts';
import type { SourceDesk } from './model.ts';
import { digestOfBytes, type SourceWorld, sourceWorld, xzPlanted, xzTree } from './testing.ts';

let world: SourceWorld;
let desk: SourceDesk;
let fetcher: ReturnType<typeof createFetcher>;
let old: Buffer;
let clean: Buffer;
let planted: Buffer;
const hosts: string[] = [];

beforeAll(async () => {
  world = await sourceWorld();
  await world.tag('v5.4.6', { 'configure.ac': 'AC_INIT([XZ Utils], [5.4.6])\n' });
  await world.tag('v5.6.1', xzTree);
  old = await world.archive('xz-5.4.6', 'xz-5.4.6.tar.gz', { 'configure.ac': 'AC_INIT([XZ Utils], [5.4.6])\n' });
  clean = await world.archive('xz-5.6.1', 'xz-5.6.1.tar.xz', xzTree);
  planted = await world.archive('xz-5.6.1', 'xz-5.6.1.tar.gz', xzPlanted);
  fetcher = createFetcher({ userAgent: 'test', allowHosts: hosts });
  desk = {
    git: await initBare(`${world.folder}/sources.git`),
    blobs: createMemoryBlobs(),
    fetcher,
    settings: { mirrors: [], repositories: { xz: world.repository } },
    now: Date.UTC(2026, 5, 1),
    signal: new AbortController().signal,
  };
});

afterAll(async () => {
  await fetcher.close();
  await world.close();
});

/** Servers with one file each, in the order in which they are asked. */
async function offered(name: string, ...contents: readonly Buffer[]): Promise<readonly string[]> {
  const urls: string[] = [];
  for (const content of contents) {
    const { host, url } = await world.server({ [name]: content });
    hosts.push(host);
    urls.push(`${url}/${name}`);
  }
  return urls;
}

function carried(version: string, urls: readonly string[], hash: string): Instance {
  const name = urls[0]?.split('/').at(-1) ?? '';
  return {
    attr: 'xz',
    system: 'x86_64-linux',
    pname: 'xz',
    version,
    name: `xz-${version}`,
    sources: [{ name, urls, hash, rev: null, tag: null }],
    patches: [],
    homepage: null,
    maintainers: [],
    knownVulnerabilities: [],
  } as Partial<Instance> as Instance;
}

async function compared(urls: readonly string[], hash: string): Promise<ComparedSource> {
  const before = carried('5.4.6', await offered('xz-5.4.6.tar.gz', old), digestOfBytes(old));
  return compareSource(desk, { before, after: carried('5.6.1', urls, hash), hashModes: [], allowed: new Map() });
}

function hitsOf({ comparison }: ComparedSource): readonly string[] {
  const given = turn({}, {}, { attr: 'xz', sources: comparison });
  return detectors
    .filter(({ id }) => ['D04', 'D05', 'D08'].includes(id))
    .flatMap(({ id, examine }) => examine(step({ packages: given.packages })).map(({ says }) => `${id} ${says}`));
}

describe('the source of a package that changed', () => {
  test('an archive that is the tag, from two places, is quiet', async () => {
    const found = await compared(await offered('xz-5.6.1.tar.xz', clean, clean), digestOfBytes(clean));
    expect(found.lacks).toEqual([]);
    expect(found.source?.places.map(({ agrees }) => agrees)).toEqual([true, true]);
    expect(found.comparison?.tag?.map(({ path }) => path).sort()).toEqual(Object.keys(xzTree).sort());
    expect(hitsOf(found)).toEqual([]);
  });

  test('what xz 5.6.1 had in its archive and not in its repository is seen', async () => {
    const found = await compared(await offered('xz-5.6.1.tar.gz', planted), digestOfBytes(planted));
    expect(hitsOf(found)).toEqual([
      'D05 the archive has what the tag has not, or has otherwise: configure, m4/build-to-host.m4',
    ]);
    const { before, after, tag } = found.source ?? {};
    const against = await desk.git.diffText(tag?.commitId ?? '', after ?? '', { paths: [], maxBytes: 10_000 });
    expect(against.text).toContain('+gl_am_configmake=');
    const since = await desk.git.diffText(before ?? '', after ?? '', { paths: [], maxBytes: 10_000 });
    expect(since.text).toContain('-AC_INIT([XZ Utils], [5.4.6])');
  });

  test('one of two places gives other bytes', async () => {
    const urls = await offered('xz-5.6.1.tar.xz', clean, planted);
    const found = await compared(urls, digestOfBytes(clean));
    expect(found.source?.places.map(({ agrees }) => agrees)).toEqual([true, false]);
    expect(hitsOf(found)).toEqual([
      `D04 ${new URL(urls[1] ?? '').host} gives other bytes than ${digestOfBytes(clean)}`,
    ]);
  });

  test('every place gives other bytes than declared', async () => {
    const found = await compared(await offered('xz-5.6.1.tar.xz', planted), digestOfBytes(clean));
    expect(hitsOf(found)).toContainEqual(expect.stringMatching(/^D04 .* gives other bytes/));
  });

  test('an archive that was only packed anew is the same source', async () => {
    const repacked = gunzipSync(await world.archive('xz-5.6.1', 'xz-5.6.1.tar.gz', xzTree));
    const found = await compared(await offered('xz-5.6.1.tar.xz', clean, repacked), digestOfBytes(clean));
    expect(hitsOf(found)).toEqual([]);
  });

  test('a digest of the unpacked folder is held against the tag too', async () => {
    const [url = ''] = await offered('xz-5.6.1.tar.xz', clean);
    const probe = await compared([url], digestOfBytes(clean));
    const { narHash } = JSON.parse(await keptText(desk, probe)) as { readonly narHash: string };
    const found = await compared([url], narHash);
    expect(found.source?.places).toEqual([
      { place: new URL(url).host, agrees: true },
      { place: 'tag v5.6.1', agrees: true },
    ]);
  });

  test.each([
    ['no address', [], /has no http address/],
    ['a file', ['file:///etc/passwd'], /has no http address/],
    ['an address inside the operator’s network', ['http://10.0.0.1/xz.tar.gz'], /10\.0\.0\.1 is not on the public/],
  ])('%s is said, and harms nothing', async (_, urls, says) => {
    const found = await compared(urls, digestOfBytes(clean));
    expect(found.comparison).toBeNull();
    expect(found.lacks.join('\n')).toMatch(says);
  });
});

async function keptText({ blobs }: SourceDesk, { source }: ComparedSource): Promise<string> {
  const { createHash } = await import('node:crypto');
  const key = createHash('sha256')
    .update(source?.declared ?? '')
    .digest('hex');
  const found = await blobs.get(`sources/${key}.json`);
  const chunks: Buffer[] = [];
  for await (const chunk of found?.stream ?? []) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
