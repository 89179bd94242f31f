/** Where the channels stand, as a person asks for it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort, snowguard } from '../support/program.ts';
import { startServer } from '../support/server.ts';
import { starterWorkspace } from '../support/workspaces.ts';

let root: string;
let workspace: string;
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'snowguard-channels-'));
  workspace = path.join(root, 'workspace');
  await starterWorkspace(workspace, { nix: 'none' });
});
afterAll(() => rm(root, { recursive: true, force: true }));

test('a channel that followed upstream is behind by nothing, and its ids are whole', { timeout: 120_000 }, async () => {
  const server = await startServer({ workspace, port: await freePort() });
  await server.up();
  await server.stop();
  const { status, stdout } = await snowguard(['channels', '--json', '-w', workspace]);
  expect(status).toBe(0);
  const { items } = JSON.parse(stdout);
  expect(items[0]).toMatchObject({
    behind: 0,
    kind: 'rolling',
    over: null,
    releases: '0.1.N',
    support: 'open',
    conflict: null,
  });
  expect(items[0].head).toMatch(/^[0-9a-f]{40}$/);
  expect(items[0].source.commit).toMatch(/^[0-9a-f]{40}$/);
  const shown = await snowguard(['channels', '-w', workspace]);
  expect(shown.stdout).toContain(items[0].head.slice(0, 12));
  const one = await snowguard(['channels', 'rolling', '-w', workspace]);
  expect(one.stdout).toMatch(/follows +upstream/);
  const none = await snowguard(['channels', 'stable', '-w', workspace]);
  expect([none.status, none.stderr]).toEqual([2, expect.stringContaining('The channels are: rolling')]);
});
