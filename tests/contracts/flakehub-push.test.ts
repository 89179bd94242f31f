/**
 * What `flakehub-push` sends and what it must be able to read, from its source (github.com/DeterminateSystems/flakehub-push,
 * flakehub_client.rs and s3.rs), against the real registry; and what others try with the same addresses.
 */
import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { connect } from 'node:net';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { eventsAfter } from '../../src/journal/index.ts';
import {
  metadata,
  type Push,
  packedFlake,
  push,
  type RegistryWorld,
  registryWorld,
} from '../support/registry-world.ts';

let world: RegistryWorld;
beforeAll(async () => {
  world = await registryWorld();
});
afterAll(() => world.close());

const statuses = async (given: Push) => (await push(world, given)).map(({ status }) => status);
const last = async (given: Push) => {
  const answer = (await push(world, given)).at(-1);
  return [answer?.status, JSON.parse(answer?.text ?? '')] as const;
};
const stored = async () =>
  (await readdir(path.join(world.folder, 'blobs'), { recursive: true })).filter((name) => name.endsWith('.tar.gz'));

describe('the conversation', () => {
  test('ends with a release that resolves, locks and can be read about', async () => {
    const answers = await push(world, { name: 'acme/first', version: 'v1.2.3' });
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    const begun = z
      .strictObject({ s3_upload_url: z.url(), uuid: z.uuid({ version: 'v7' }) })
      .parse(JSON.parse(answers[1]?.text ?? ''));
    const resolved = await world.ask('/f/ACME/First/1');
    expect(resolved.status).toBe(307);
    expect(resolved.headers.location).toBe(`${world.origin}/f/pinned/acme/first/1.2.3/${begun.uuid}/source.tar.gz`);
    expect(resolved.headers.link).toMatch(
      /\?rev=a{40}&revCount=42&lastModified=1778000000&narHash=sha256-[\w%]+>; rel="immutable"$/,
    );
    const tarball = await world.ask(`/f/pinned/acme/first/1.2.3/${begun.uuid}/source.tar.gz`);
    expect([tarball.status, tarball.headers['cache-control']]).toEqual([200, 'public, max-age=31536000, immutable']);
    expect(JSON.parse((await world.ask('/f/acme/first')).text)).toMatchObject({
      org: 'acme',
      project: 'first',
      version: '1.2.3',
      revision: 'a'.repeat(40),
      commit_count: 42,
      description: 'A tool',
      readme: '# Tool\n',
      labels: ['nix', 'tools'],
      visibility: 'public',
      mirrored: false,
      spdx_identifier: 'MIT',
      source_github_owner_repo_pair: 'acme/first',
      source_subdirectory: null,
      outputs: { inventory: { packages: {} } },
    });
    expect(JSON.parse((await world.ask('/label/nix')).text)).toMatchObject([{ org: 'acme', project: 'first' }]);
    const events = await eventsAfter(world.db, 0, 100);
    expect(events.at(-1)).toMatchObject({ kind: 'release.published', subject: begun.uuid, actor: 'ci-of-acme' });
  });

  test('again is answered 409, which the client takes as done; other metadata behind the + is 400', async () => {
    const rolling = (digit: string) => ({ name: 'acme/rolling', version: `0.1.42+rev-${digit.repeat(40)}` });
    expect(await statuses(rolling('a'))).toEqual([200, 200, 200, 200]);
    expect(await statuses(rolling('a'))).toEqual([200, 409]);
    expect(await last(rolling('b'))).toEqual([400, expect.stringContaining('raise the number')]);
    const { headers } = await world.ask('/f/acme/rolling/0.1');
    expect(headers.location).toContain(`/0.1.42%2Brev-${'a'.repeat(40)}/`);
  });

  test('publishing again gives the same answer; of two uploads of a version one is published', async () => {
    const answers = await push(world, { name: 'acme/again' });
    const { uuid } = JSON.parse(answers[1]?.text ?? '') as { readonly uuid: string };
    const headers = { Authorization: 'Bearer publisher' };
    const again = await world.ask(`/publish/${uuid}`, { method: 'POST', headers });
    expect([again.status, again.text]).toEqual([200, answers[3]?.text]);
    const both = await Promise.all([push(world, { name: 'acme/race' }), push(world, { name: 'acme/race' })]);
    const ends = both.map((each) => each.at(-1)?.status).sort();
    expect([[200, 409]]).toContainEqual(ends);
    expect(JSON.parse((await world.ask('/f/acme/race/releases')).text)).toHaveLength(1);
  });

  test('a hash whose base64 holds slashes and pluses arrives as it is', async () => {
    const seen = new Set<string>();
    for (let count = 0; !(seen.has('/') && seen.has('+') && seen.has('//')) && count < 4000; count++) {
      const tarball = packedFlake({ 'flake.nix': `${count}` });
      const hash = createHash('sha256').update(tarball).digest('base64');
      const found = ['//', '/', '+'].find((sign) => hash.includes(sign) && !seen.has(sign));
      if (found === undefined) continue;
      seen.add(found);
      expect(await statuses({ name: 'acme/signs', version: `1.0.${count}`, tarball })).toEqual([200, 200, 200, 200]);
    }
    expect([...seen].sort()).toEqual(['+', '/', '//']);
  });

  test('the outputs answer fh resolve; a token comes with it for who may read', async () => {
    await push(world, { name: 'acme/outputs' });
    const place = '/f/acme/outputs/1/output/packages.x86_64-linux.default';
    const store_path = '/nix/store/2dqkyi6jvrkdm5b0s5yf5ga0ikpc2yfn-tool-1';
    const attribute_path = 'packages.x86_64-linux.default';
    expect(JSON.parse((await world.ask(place)).text)).toEqual({ attribute_path, store_path });
    expect((await world.ask(`${place}?include_token=true`)).status).toBe(401);
    const headers = { Authorization: 'Bearer reader' };
    const answer = await world.ask(`${place}?include_token=true`, { headers });
    expect(answer.headers['cache-control']).toBe('private, no-store');
    const given = JSON.parse(answer.text) as { readonly token: string };
    expect(given).toEqual({ attribute_path, store_path, token: expect.stringMatching(/^sgc_/) });
    expect((await world.ask('/f/acme/outputs/1/output/packages.x86_64-linux.none')).status).toBe(404);
  });
});

describe('who may', () => {
  test.each([
    ['no-such-token', [401]],
    ['reader', [200, 401]],
    ['stranger', [200, 401]],
    ['one-flake', [200, 401]],
  ] as const)('%s is answered %j and nothing is kept', async (token, expected) => {
    const before = await stored();
    const answers = await push(world, { token, name: 'acme/guarded' });
    expect(answers.map(({ status }) => status)).toEqual(expected);
    expect(await stored()).toEqual(before);
    expect((await world.ask('/f/acme/guarded/1')).status).toBe(404);
  });

  test('an upload is published by who may publish its flake only', async () => {
    const answers = await push(world, { name: 'acme/mine' });
    const { uuid } = JSON.parse(answers[1]?.text ?? '') as { readonly uuid: string };
    for (const token of ['stranger', 'reader']) {
      const headers = { Authorization: `Bearer ${token}` };
      expect((await world.ask(`/publish/${uuid}`, { method: 'POST', headers })).status).toBe(404);
    }
    expect((await world.ask(`/publish/${uuid}`, { method: 'POST' })).status).toBe(401);
  });

  test('a flake that a channel is published as takes no uploads', async () => {
    expect(await last({ name: 'Acme/Secure' })).toEqual([400, expect.stringContaining('channel')]);
  });
});

describe('what is refused is never seen', () => {
  const fine = { 'flake.nix': '{ outputs = _: { }; }\n' };

  test.each([
    ['a word for a version', { version: 'latest' }, 'not a full version'],
    ['half a version', { version: '1.2' }, 'not a full version'],
    ['a reserved name', { name: 'acme/pinned' }, 'reserved'],
    ['a revision that is none', { body: { revision: 'main' } }, '40 digits'],
    ['a label with a space', { body: { labels: ['two words'] } }, 'label'],
    ['a visibility that is none', { body: { visibility: 'secret' } }, 'visibility'],
    ['a way out', { body: { source_subdirectory: '../x' } }, 'subdirectory'],
    ['no flake.nix', { tarball: packedFlake({ 'default.nix': '' }) }, 'no flake.nix'],
    ['none in the subdirectory', { body: { source_subdirectory: 'sub' } }, 'no sub/flake.nix'],
    ['two folders', { tarball: withEntry('other/a', 'x') }, 'beside the one folder'],
    ['a path upwards', { tarball: withEntry('k3l9c7-source/../../etc/passwd', 'x') }, 'not a path'],
    ['an absolute path', { tarball: withEntry('/etc/passwd', 'x') }, 'not a path'],
    ['a .git folder', { tarball: withEntry('k3l9c7-source/a/.git/config', 'x') }, 'not a path'],
    ['an entry twice', { tarball: withEntry('k3l9c7-source/flake.nix', 'x') }, 'twice'],
    ['a file below a file', { tarball: withEntry('k3l9c7-source/flake.nix/x', 'x') }, 'not a folder'],
    ['no gzip', { tarball: Buffer.from('hello') }, 'gzip'],
    ['no tar', { tarball: gzipSync(Buffer.alloc(2000, 'x')) }, 'tar'],
  ] as const)('%s', async (_name, given, reason) => {
    const name = 'name' in given ? given.name : 'acme/hostile';
    expect(await last({ ...given, name } as Push)).toEqual([400, expect.stringContaining(reason)]);
    expect((await world.ask(`/f/${name}/*`)).status).toBe(404);
    expect((await world.ask('/flakes')).text).not.toContain('hostile');
  });

  test('other bytes than announced are not kept, whatever they are; the right ones still can be sent', async () => {
    const tarball = packedFlake(fine);
    const hash = createHash('sha256').update(tarball).digest('base64');
    const headers = { Authorization: 'Bearer publisher' };
    const begun = await world.ask(`/upload/acme/bytes/1.0.0/${tarball.length}/${hash}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(metadata()),
    });
    const { s3_upload_url, uuid } = JSON.parse(begun.text) as { readonly s3_upload_url: string; readonly uuid: string };
    const target = s3_upload_url.slice(world.origin.length);
    const before = await stored();
    const flipped = Buffer.from(tarball);
    flipped[20] = (flipped[20] ?? 0) ^ 1;
    for (const body of [flipped, tarball.subarray(1), Buffer.concat([tarball, tarball]), Buffer.alloc(0)])
      expect((await world.ask(target, { method: 'PUT', body })).status).toBe(400);
    expect((await world.ask(`${target.slice(0, -1)}_`, { method: 'PUT', body: tarball })).status).toBe(404);
    await half(target, tarball);
    expect(await stored()).toEqual(before);
    const early = await world.ask(`/publish/${uuid}`, { method: 'POST', headers });
    expect([early.status, JSON.parse(early.text)]).toEqual([400, expect.stringContaining('not sent yet')]);
    expect((await world.ask(target, { method: 'PUT', body: tarball })).status).toBe(200);
    expect((await world.ask(`/publish/${uuid}`, { method: 'POST', headers })).status).toBe(200);
    expect((await world.ask(target, { method: 'PUT', body: tarball })).status).toBe(404);
  });

  test('an upload that was given up blocks nothing and is cleared away', async () => {
    const tarball = packedFlake(fine);
    const announced = await world.uploads.begin(
      {
        organisation: 'acme',
        flake: 'slow',
        version: '1.0.0',
        commitId: 'a'.repeat(40),
        commitCount: 1,
        sizeBytes: tarball.length,
        sha256: createHash('sha256').update(tarball).digest('hex'),
        visibility: 'public',
        description: null,
        labels: [],
        readme: null,
        outputs: {},
        repository: null,
        subdirectory: null,
        spdxIdentifier: null,
        mirrored: false,
      },
      'ada',
    );
    if (announced.kind !== 'begun') throw new Error(announced.kind);
    const target = `/upload/${announced.uuid}/${announced.secret}`;
    expect((await world.ask(target, { method: 'PUT', body: tarball })).status).toBe(200);
    world.later(3_600_001);
    expect((await world.ask(target, { method: 'PUT', body: tarball })).status).toBe(404);
    expect(await statuses({ name: 'acme/slow' })).toEqual([200, 200, 200, 200]);
    expect((await stored()).join()).not.toContain(announced.uuid);
  });

  async function half(target: string, body: Buffer): Promise<void> {
    await new Promise<void>((resolve) => {
      const socket = connect(world.port, '127.0.0.1', () => {
        socket.write(`PUT ${target} HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n`);
        socket.write(body.subarray(0, 50), () => setTimeout(() => socket.destroy(), 100));
      });
      socket.on('close', () => setTimeout(resolve, 100));
    });
  }
});

/** The fine tarball with one more entry. */
function withEntry(name: string, content: string): Buffer {
  return packedFlake({ 'flake.nix': '{ outputs = _: { }; }\n' }, undefined, [[name, content]]);
}
