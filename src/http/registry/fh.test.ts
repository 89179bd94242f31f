/**
 * What `fh` 0.1.28 sends and what it must be able to read, from its source (github.com/DeterminateSystems/fh): each
 * subcommand's request target as it stands on the wire, and the fields that its types require.
 */
import { type IncomingHttpHeaders, request } from 'node:http';
import { type ServerType, serve } from '@hono/node-server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { nobody, registryOf, release, releases, testApp } from '../testing.ts';

const published = [
  ...releases,
  release(70, { organisation: 'Zoo', flake: 'Tool', version: '1.2.3', channel: 'by-hand' }),
  release(71, { organisation: 'acme', flake: 'gone', yankedAt: 1 }),
];
const newest = release(99);
let server: ServerType;
let port = 0;

beforeAll(async () => {
  const { fetch } = testApp({
    registry: registryOf(published),
    publicUrl: 'https://sets.example',
    accounts: {
      ...nobody,
      authenticate: async () => ({
        kind: 'principal',
        id: 'T',
        expiresAt: 1_800_000_000_000,
        principal: { kind: 'workload', name: 'ci', scopes: ['read'], organisation: 'acme', flake: null },
      }),
    },
  });
  port = await new Promise((resolve) => {
    server = serve({ fetch, port: 0, hostname: '127.0.0.1' }, (address) => resolve(address.port));
  });
});
afterAll(() => {
  server.close();
});

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** As `fh` asks, byte for byte; `node:http` sends the target as it is. */
function ask(target: string, method = 'GET', token: string | null = 'T'): Promise<Answer> {
  const headers = {
    Accept: 'application/json',
    'User-Agent': 'fh/0.1.28',
    ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
  };
  return new Promise((resolve, reject) => {
    request({ port, host: '127.0.0.1', path: target, method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: Buffer.concat(chunks).toString(),
        }),
      );
    })
      .on('error', reject)
      .end();
  });
}

const semver = z.string().regex(/^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?$/);
const time = z.iso.datetime();
const flakes = z.array(z.object({ org: z.string(), project: z.string() }));
const projects = z.array(z.object({ organization_name: z.string(), name: z.string() }));
const organisations = z.array(z.object({ name: z.string() }));
const versions = z.array(z.object({ version: semver, simplified_version: semver }));
const releaseList = z.array(
  z.object({
    simplified_version: z.string(),
    version: z.string(),
    revision: z.string(),
    published_at: time,
    updated_at: time,
    commit_count: z.int(),
  }),
);
const added = z.object({ project: z.string(), pretty_download_url: z.url() });
const ejected = z.object({
  source_github_owner_repo_pair: z.string(),
  source_subdirectory: z.string().nullish(),
  version: semver,
});

const secure = { org: 'acme', project: 'secure' };
const tool = { org: 'Zoo', project: 'Tool' };
const inRange = [99, 98, 97].map((count) => ({
  version: release(count).version,
  simplified_version: `0.1.${count}`,
}));

describe('each subcommand gets what it can read', () => {
  test.each([
    ['search secure', '/search?q=secure', flakes, [secure]],
    ['search "ACME  sec"', '/search?q=ACME++sec', flakes, [secure]],
    ['search o', '/search?q=o', flakes, [tool]],
    ['search nothing%', '/search?q=nothing%25', flakes, []],
    ['list flakes', '/flakes', flakes, [secure, tool]],
    ['list flakes --owner Acme', '/orgs/Acme/projects', projects, [{ organization_name: 'acme', name: 'secure' }]],
    ['list flakes --owner nobody', '/orgs/nobody/projects', projects, []],
    ['list label nix', '/label/nix', flakes, []],
    ['list orgs', '/orgs?include_public=true', organisations, [{ name: 'acme' }, { name: 'Zoo' }]],
    ['list releases none/none', '/f/none/none/releases', releaseList, []],
    ['list versions o/p "0.1.*"', '/version/resolve/acme/secure/0.1.%252A', versions, inRange],
    ['list versions o/p "^0.1"', '/version/resolve/Acme/Secure/%255E0.1', versions, inRange],
    [
      'list versions o/p ">=0.1.98, <1"',
      '/version/resolve/acme/secure/%253E%253D0.1.98%252C%2520%253C1',
      versions,
      inRange.slice(0, 2),
    ],
    ['list versions o/p =0.1.100', '/version/resolve/acme/secure/%253D0.1.100', versions, []],
    ['list versions o/p latest', '/version/resolve/acme/secure/latest', versions, []],
    ['list versions none/none 0', '/version/resolve/none/none/0', versions, []],
  ])('fh %s', async (subcommand, target, shape, expected) => {
    const { status, headers, text } = await ask(target, 'GET', subcommand.startsWith('search') ? null : 'T');
    expect([status, headers['content-type'], headers['content-encoding']]).toEqual([
      200,
      'application/json',
      undefined,
    ]);
    expect(shape.parse(JSON.parse(text))).toEqual(expected.map((entry) => expect.objectContaining(entry)));
  });

  test('fh list releases: newest first, also the withdrawn ones', async () => {
    const { text } = await ask('/f/ACME/secure/releases');
    const listed = JSON.parse(text);
    expect(releaseList.parse(listed).map((entry) => entry.simplified_version)).toEqual([
      '0.1.100',
      '0.1.99',
      '0.1.98',
      '0.1.97',
    ]);
    expect(listed.map((entry: { index: number; total: number }) => [entry.index, entry.total])).toEqual(
      [1, 2, 3, 4].map((index) => [index, 4]),
    );
  });

  test.each([
    ['/f/Acme/Secure', 'secure', '0.1.99', '0.1.99'],
    ['/version/acme/secure/0.1.*', 'secure', '0.1.*', '0.1.99'],
    ['/version/acme/secure/~0.1', 'secure', '~0.1', '0.1.99'],
    ['/version/acme/secure/=0.1.97', 'secure', '%3D0.1.97', '0.1.97'],
    [`/version/acme/secure/0.1.98+rev-${'9'.repeat(40)}`, 'secure', `0.1.98%2Brev-${'9'.repeat(40)}`, '0.1.99'],
    ['/version/acme/secure/%3E=0.1,%3C0.3', 'secure', '%3E%3D0.1%2C%3C0.3', '0.1.99'],
    ['/version/acme/secure/v0.1.97.tar.gz', 'secure', '0.1.97', '0.1.99'],
    ['/version/zoo/tool/1', 'Tool', '1', '1.2.3'],
  ])('fh add, convert: %s', async (target, project, range, resolved) => {
    const { status, text } = await ask(target);
    const organisation = project === 'Tool' ? 'Zoo' : 'acme';
    expect([status, added.parse(JSON.parse(text))]).toEqual([
      200,
      { project, pretty_download_url: `https://sets.example/f/${organisation}/${project}/${range}.tar.gz` },
    ]);
    expect(JSON.parse(text).simplified_version).toBe(resolved);
  });

  test('what fh add writes into the flake leads to that release', async () => {
    for (const target of ['/f/acme/secure', '/version/acme/secure/=0.1.97', '/version/acme/secure/%3E=0.1,%3C0.3']) {
      const { pretty_download_url: address, download_url: direct } = JSON.parse((await ask(target)).text);
      const resolved = await ask(new URL(address.replace(/\.tar\.gz$/, '')).pathname);
      expect([resolved.status, resolved.headers.location]).toEqual([307, direct]);
    }
  });

  test('fh eject needs the repository; of a flake without one it is not made up', async () => {
    const { text } = await ask('/version/acme/secure/0.1');
    expect(ejected.parse(JSON.parse(text))).toEqual({
      source_github_owner_repo_pair: 'NixOS/nixpkgs',
      source_subdirectory: null,
      version: newest.version,
    });
    expect(JSON.parse((await ask('/version/zoo/tool/*')).text).source_github_owner_repo_pair).toBeNull();
  });

  test.each([
    ['/f/none/none', 404, /no flake none\/none/],
    ['/f/acme/gone', 404, /no release of acme\/gone/],
    ['/version/acme/secure/9', 404, /satisfies "9": the newest is 0\.1\.99/],
    ['/version/acme/secure/=0.1.100', 404, /satisfies "=0\.1\.100"/],
    ['/version/acme/secure/latest', 400, /"latest" is not a version range/],
    ['/version/acme/secure/%ff', 400, /percent-encoded/],
    ['/version/acme/secure/0%0a1', 400, /percent-encoded/],
    [`/version/${'o'.repeat(1500)}/p/0`, 404, /no flake o+ here|no flake o+…/],
    [`/version/acme/secure/${'9'.repeat(1500)}`, 400, /not a version range/],
  ])('fh prints the line that %s is answered with', async (target, status, line) => {
    const answer = await ask(target);
    expect([answer.status, answer.headers['content-type']]).toEqual([status, 'text/plain; charset=utf-8']);
    expect(answer.text).toMatch(line);
    expect(answer.text.trimEnd()).not.toMatch(/[\r\n]/);
    expect(Buffer.byteLength(answer.text)).toBeLessThanOrEqual(200);
  });
});

test('the whole release object', async () => {
  const { text } = await ask('/f/acme/secure');
  expect(JSON.parse(text)).toEqual({
    org: 'acme',
    project: 'secure',
    version: newest.version,
    simplified_version: '0.1.99',
    revision: newest.commitId,
    commit_count: 99,
    description: null,
    readme: null,
    labels: [],
    visibility: 'public',
    mirrored: false,
    spdx_identifier: null,
    source_github_owner_repo_pair: 'NixOS/nixpkgs',
    source_subdirectory: null,
    download_url: `https://sets.example/f/pinned/acme/secure/0.1.99%2Brev-${newest.commitId}/${newest.uuid}/source.tar.gz`,
    pretty_download_url: 'https://sets.example/f/acme/secure/0.1.99.tar.gz',
    created_at: '2026-05-19T09:00:00Z',
    published_at: '2026-05-19T09:00:00Z',
    updated_at: '2026-05-19T09:00:00Z',
    yanked_at: null,
    outputs: null,
  });
});

test.each([
  ['/f/ACME/secure/badge', { schemaVersion: 1, label: 'acme/secure', message: '0.1.99', color: 'blue' }],
  ['/f/acme/gone/badge', { schemaVersion: 1, label: 'acme/gone', message: 'withdrawn', color: 'lightgrey' }],
])('the badge %s', async (target, expected) => {
  expect(JSON.parse((await ask(target)).text)).toEqual(expected);
});

test('a badge of nothing is not found', async () => {
  expect((await ask('/f/acme/none/badge')).status).toBe(404);
});

test.each([
  '/search?q=a',
  '/flakes',
  '/orgs/acme/projects',
  '/label/nix',
  '/orgs?include_public=true',
  '/f/acme/secure/releases',
  '/version/resolve/acme/secure/0',
  '/f/acme/secure',
  '/version/acme/secure/0',
  '/f/acme/secure/badge',
  '/version/acme/secure/latest',
])('HEAD %s has the headers of GET and no body', async (target) => {
  const [head, get] = await Promise.all([ask(target, 'HEAD'), ask(target)]);
  const passing = ['date', 'content-length', 'transfer-encoding', 'server-timing'];
  const lasting = (headers: IncomingHttpHeaders) => Object.entries(headers).filter(([name]) => !passing.includes(name));
  expect([head.status, lasting(head.headers), head.text]).toEqual([get.status, lasting(get.headers), '']);
});
