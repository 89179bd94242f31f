/** A private flake through every address of the registry: to who may not read it, it is exactly as one that does not exist. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { push, type RegistryWorld, registryWorld } from '../support/registry-world.ts';

let world: RegistryWorld;
let uuid = '';
beforeAll(async () => {
  world = await registryWorld();
  await push(world, { name: 'acme/open', body: { labels: ['shared'] } });
  await push(world, { name: 'acme/unlisted', body: { visibility: 'hidden', labels: ['shared'] } });
  const answers = await push(world, {
    name: 'acme/hidden',
    body: { visibility: 'private', labels: ['shared', 'own'] },
  });
  uuid = (JSON.parse(answers[1]?.text ?? '') as { readonly uuid: string }).uuid;
  await push(world, { name: 'lonely/hidden', token: 'stranger', body: { visibility: 'private' } });
});
afterAll(() => world.close());

const json = { Accept: 'application/json' };
const html = { Accept: 'text/html' };
const by = (token: string) => ({ Authorization: `Bearer ${token}` });
const netrc = (token: string) => ({
  Authorization: `Basic ${Buffer.from(`any:${token}`).toString('base64')}`,
});

/** Of an answer, all that could tell one flake from another. */
async function seen(target: string, headers: Readonly<Record<string, string>>, method = 'GET') {
  const { status, headers: got, text } = await world.ask(target, { headers, method });
  const { date, 'server-timing': _timing, etag, ...rest } = got;
  const all = { status, text, headers: { ...rest, date: typeof date, etag: typeof etag } };
  return JSON.parse(JSON.stringify(all).replaceAll(/hidden|nought/gi, 'NAME')) as unknown;
}

const addresses = (name: string, id: string) => [
  `/f/acme/${name}/1`,
  `/f/acme/${name}/1.tar.gz`,
  `/f/acme/${name}/nonsense`,
  `/f/acme/${name}/%3D9.9.9`,
  `/f/acme/${name}`,
  `/f/acme/${name}/releases`,
  `/f/acme/${name}/badge`,
  `/f/acme/${name}/1/output/packages.x86_64-linux.default`,
  `/f/acme/${name}/1/output/packages.x86_64-linux.default?include_token=true`,
  `/f/pinned/acme/${name}/1.0.0/${id}/source.tar.gz`,
  `/version/acme/${name}/1`,
  `/version/resolve/acme/${name}/1`,
  `/flake/acme/${name}`,
  `/flake/acme/${name}/releases`,
  `/flake/acme/${name}/1.0.0`,
  `/org/${name}`,
  `/releases/${id}`,
  `/api/v1/releases/${id}`,
];

describe.each([
  ['nobody', {}],
  ['an organisation of others', by('stranger')],
  ['a token of another flake', by('one-flake')],
  ['a person who was let into another flake only', by('guest')],
])('to %s', (_who, credentials) => {
  test.each([json, html])('every address answers as if it were not there (%j)', async (accept) => {
    const nought = '01900000-0000-7000-8000-00000000ffff';
    const [hidden, none] = [addresses('hidden', uuid), addresses('nought', nought)];
    for (const [index, target] of hidden.entries())
      for (const method of ['GET', 'HEAD']) {
        const asked = { ...accept, ...credentials };
        expect(await seen(target, asked, method), target).toEqual(await seen(none[index] ?? '', asked, method));
      }
  });

  test('no list, search, label, page or feed names it', async () => {
    for (const accept of [json, html])
      for (const target of [
        '/flakes',
        '/search?q=hidden',
        '/label/own',
        '/label/shared',
        '/orgs/acme/projects',
        '/org/acme',
        '/',
        '/releases',
        '/feeds/releases.atom',
        '/feeds/releases.rss',
      ])
        expect((await world.ask(target, { headers: { ...accept, ...credentials } })).text, target).not.toMatch(
          /acme\/<?[^>]*>?hidden|"hidden"|>\s*hidden\s*</,
        );
  });
});

describe('to who may read it', () => {
  test.each([by('reader'), netrc('reader'), by('publisher')])(
    'it resolves, and no shared cache may keep it',
    async (headers) => {
      const resolved = await world.ask('/f/acme/hidden/1', { headers });
      expect([resolved.status, resolved.headers['cache-control'], resolved.headers.vary]).toEqual([
        307,
        'private, no-store',
        'Authorization',
      ]);
      const tarball = await world.ask(resolved.headers.location?.slice(world.origin.length) ?? '', { headers });
      expect([tarball.status, tarball.headers['cache-control'], tarball.headers.vary]).toEqual([
        200,
        'private, max-age=31536000, immutable',
        'Authorization',
      ]);
    },
  );

  test('lists name it', async () => {
    const headers = { ...json, ...by('reader') };
    expect((await world.ask('/flakes', { headers })).text).toContain('"hidden"');
    expect((await world.ask('/label/own', { headers })).text).toContain('"hidden"');
    expect(JSON.parse((await world.ask('/orgs', { headers })).text)).toEqual([{ name: 'acme' }]);
    expect((await world.ask('/flake/acme/hidden', { headers: { ...html, ...by('reader') } })).status).toBe(200);
  });

  test('a wrong token is told so in one line', async () => {
    const { status, text } = await world.ask('/f/acme/hidden/1', { headers: netrc('sg_wrong') });
    expect([status, text.trim().split('\n').length]).toEqual([401, 1]);
  });
});

test('an unlisted flake is found by its address only', async () => {
  expect((await world.ask('/f/acme/unlisted/1')).status).toBe(307);
  expect((await world.ask('/flake/acme/unlisted', { headers: html })).status).toBe(200);
  for (const headers of [{}, by('reader')])
    for (const target of ['/flakes', '/search?q=unlisted', '/label/shared', '/orgs/acme/projects'])
      expect((await world.ask(target, { headers })).text).not.toContain('unlisted"');
});

test('what is said of a flake counts at once, and an upload may not widen it', async () => {
  const at = world.now();
  const by = { name: 'ada', roles: ['release_manager'] } as const;
  const place = { organisation: 'ACME', flake: 'open' };
  expect((await world.flakes.describe({ ...place, say: { visibility: 'private' }, at, by })).kind).toBe('changed');
  expect((await world.ask('/f/acme/open/1')).status).toBe(404);
  const answers = await push(world, { name: 'acme/open', version: '1.1.0' });
  expect([answers.at(-1)?.status, answers.at(-1)?.text]).toEqual([400, expect.stringContaining('is private')]);
  const outsider = { name: 'eve', roles: ['analyst'] } as const;
  expect((await world.flakes.describe({ ...place, say: { visibility: 'public' }, at, by: outsider })).kind).toBe(
    'refused',
  );
  const say = { visibility: 'public', labels: ['B', 'a', 'b'], description: ' words ' } as const;
  await world.flakes.describe({ ...place, say, at, by });
  expect((await world.flakes.describe({ ...place, say, at, by })).kind).toBe('unchanged');
  expect(JSON.parse((await world.ask('/label/B')).text)).toMatchObject([
    { org: 'acme', project: 'open', labels: ['a', 'b'], description: 'words' },
  ]);
});

test('a withdrawn release resolves no more, and its pinned address keeps serving', async () => {
  await push(world, { name: 'acme/yanked', version: '1.0.0' });
  await push(world, { name: 'acme/yanked', version: '1.0.1' });
  const pinned = (await world.ask('/f/acme/yanked/1')).headers.location?.slice(world.origin.length) ?? '';
  const release = await world.releases.releaseByVersion('acme', 'yanked', '1.0.1');
  await world.releases.yank({ uuid: release?.uuid ?? '', reason: 'broken', at: world.now(), actor: 'ada' });
  expect((await world.ask('/f/acme/yanked/1')).headers.location).toContain('/1.0.0/');
  expect((await world.ask('/f/acme/yanked/%3D1.0.1')).status).toBe(404);
  expect((await world.ask(pinned)).status).toBe(200);
});

test('who keeps a flake says on its page who may see it, and withdraws a release there', async () => {
  await push(world, { name: 'acme/kept' });
  const form = (body: string, token: string) => ({
    method: 'POST',
    headers: { ...by(token), 'Content-Type': 'application/x-www-form-urlencoded', ...html },
    body,
  });
  const page = async (token: string) =>
    (await world.ask('/flake/acme/kept', { headers: { ...html, ...by(token) } })).text;
  expect(await page('keeper')).toContain('action="/flake/acme/kept/describe"');
  expect(await page('reader')).not.toContain('<form class="ask"');
  const say = 'visibility=private&labels=one+two&description=Counted';
  const refused = await world.ask('/flake/acme/kept/describe', form(say, 'reader'));
  expect(refused.headers.location).toBe('/sign-in?next=%2Fflake%2Facme%2Fkept');
  expect((await world.ask('/flake/acme/kept/describe', form(`${say}&labels=a!`, 'keeper'))).text).toContain(
    'role="alert"',
  );
  expect((await world.ask('/flake/acme/kept/describe', form(say, 'keeper'))).status).toBe(303);
  expect((await world.ask('/f/acme/kept/1')).status).toBe(404);
  expect((await world.ask('/flake/acme/kept/describe', form(say, 'stranger'))).status).toBe(404);
  const release = (await world.releases.releaseByVersion('acme', 'kept', '1.0.0'))?.uuid;
  const yank = form(`release=${release}&reason=broken`, 'keeper');
  for (const expected of [404, 307]) {
    expect((await world.ask('/flake/acme/kept/yank', yank)).status).toBe(303);
    expect((await world.ask('/f/acme/kept/1', { headers: by('keeper') })).status).toBe(expected);
  }
});

test('what is answered first has the very headers of the routes, and none for who is known', async () => {
  await push(world, { name: 'acme/swift' });
  // A condition that does not hold goes the long way.
  const slow = await world.ask('/f/acme/swift/1', { headers: { 'If-None-Match': '"other"' } });
  const swift = await world.ask('/f/acme/swift/1');
  const plain = ({ date: _date, 'server-timing': _timing, ...rest }: typeof swift.headers) => rest;
  expect([swift.status, plain(swift.headers)]).toEqual([slow.status, plain(slow.headers)]);
  expect([slow.headers['server-timing'], swift.headers['server-timing']]).toEqual([expect.any(String), undefined]);
  const metrics = (await world.ask('/metrics')).text;
  expect(metrics).toMatch(/snowguard_http_requests_total\{method="GET",route="\/f\/\*",status="307"\} [1-9]/);
  expect((await world.ask('/f/acme/swift/1', { headers: by('reader') })).headers['server-timing']).toBeDefined();
});
