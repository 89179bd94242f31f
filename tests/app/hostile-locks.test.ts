/** Locks that no Nix wrote, posted and checked: each is answered in a sentence, and the server goes on. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort, snowguard } from '../support/program.ts';
import { type Server, startServer } from '../support/server.ts';
import { inventoryWorkspace } from '../support/workspaces.ts';

let root: string;
let server: Server;
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'snowguard-locks-'));
  const workspace = path.join(root, 'workspace');
  await inventoryWorkspace(workspace, { channels: ['rolling'], feeds: [] });
  server = await startServer({ workspace, port: await freePort(), args: ['--role', 'serve'] });
  await server.up();
});
afterAll(async () => {
  const { status, peakMb } = await server.stop();
  await rm(root, { recursive: true, force: true });
  expect(status).toBe(0);
  expect(peakMb).toBeLessThan(500);
});

const lock = (nodes: unknown, root: unknown = 'root') => JSON.stringify({ nodes, root, version: 7 });
const malformed: readonly (readonly [string, string])[] = [
  ['nothing', ''],
  ['no JSON', 'flake.lock'],
  ['half of one', lock({ root: { inputs: { a: 'a' } } }).slice(0, 40)],
  ['a list', '[]'],
  ['null', 'null'],
  ['no root', lock({ a: {} }, 'b')],
  ['wrong types', lock({ root: { inputs: { a: 7 } } })],
  ['an unknown version', '{"nodes":{"root":{}},"root":"root","version":99}'],
  ['3 MB of brackets', '['.repeat(3_000_000)],
  ['nodes nested 100,000 deep', lock({}).replace('{}', `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`)],
];

test.each(malformed)('%s', async (_, text) => {
  const posted = await fetch(`${server.origin}/api/v1/check`, { method: 'POST', body: text });
  expect(posted.status).toBe(422);
  expect(posted.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(await posted.json()).toMatchObject({
    title: 'This is not a flake.lock',
    detail: expect.stringMatching(/^.{5,500}$/s),
  });

  const file = path.join(root, 'flake.lock');
  await writeFile(file, text);
  const checked = await snowguard(['check', file]);
  expect([checked.status, checked.stdout]).toEqual([2, '']);
  expect(checked.stderr).toMatch(
    /^snowguard: \S+ is not a flake\.lock: .{5,500}\n {2}Write it anew with "nix flake lock"\.\n$/,
  );
});

test.each([
  ['a circle of inputs', lock({ root: { inputs: { a: 'a' } }, a: { inputs: { b: 'a' } } })],
  ['a follows that leads nowhere', lock({ root: { inputs: { a: ['x', 'y'] } } })],
])('%s is no lock on us', async (_, text) => {
  const posted = await fetch(`${server.origin}/api/v1/check`, { method: 'POST', body: text });
  expect([200, 422]).toContain(posted.status);
  if (posted.status === 200) expect(await posted.json()).toMatchObject({ mustAct: [] });
});

test('a lock of 64 MB is refused before it is read, and the next request is answered', async () => {
  const posted = await fetch(`${server.origin}/api/v1/check`, { method: 'POST', body: 'x'.repeat(64_000_000) }).then(
    ({ status }) => status,
    // The server hung up while the body was on its way.
    () => 413,
  );
  expect(posted).toBe(413);
  expect((await fetch(`${server.origin}/healthz`)).status).toBe(200);
});
