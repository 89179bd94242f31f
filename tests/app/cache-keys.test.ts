/** LC-03 by the command line: the first key is anybody's who may act, every other change of keys takes two policy admins. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { commandLine } from '../support/command-line.ts';
import { inventoryWorkspace } from '../support/workspaces.ts';

const tokens = new Map<string, string>();
let folder: string;
const run = (name: string, ...args: readonly string[]) => {
  const environment = { HOME: folder, PATH: process.env.PATH, SNOWGUARD_TOKEN: tokens.get(name) };
  return commandLine([...args, '-w', folder], { cwd: folder, environment });
};
const signing = async () => (await readdir(path.join(folder, 'keys', 'cache'))).sort();

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'snowguard-keys-'));
  await inventoryWorkspace(folder, { channels: ['rolling'], feeds: [] });
  for (const name of ['ada', 'ben']) {
    const added = await run('nobody', 'people', 'add', name, '--role', 'policy_admin', '--json');
    tokens.set(name, JSON.parse(added.stdout).token);
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('a key is exchanged by two, in two steps', async () => {
  const first = await run('ada', 'cache', 'key', 'generate', '--name', 'k-1');
  expect([first.status, first.stdout]).toEqual([0, expect.stringMatching(/^k-1:/)]);
  const rotated = await run('ada', 'cache', 'key', 'rotate', '--name', 'k-2', '--json');
  const { content } = JSON.parse(rotated.stdout);
  const alone = await run('ada', 'cache', 'key', 'approve', content);
  expect([alone.status, alone.stderr]).toEqual([3, expect.stringContaining('who proposed it cannot approve it')]);
  expect(await signing()).toEqual(['k-1.secret']);
  expect((await run('ben', 'cache', 'key', 'list')).stdout).toMatch(/proposed by ada\): sign with a new key k-2 too/);
  const approved = await run('ben', 'cache', 'key', 'approve', content.slice(0, 16));
  expect([approved.status, approved.stdout]).toEqual([0, expect.stringMatching(/^k-2:/)]);
  expect(await signing()).toEqual(['k-1.secret', 'k-2.secret']);
  const retiring = await run('ben', 'cache', 'key', 'retire', 'k-1', '--json');
  expect(await signing()).toEqual(['k-1.secret', 'k-2.secret']);
  expect((await run('ada', 'cache', 'key', 'approve', JSON.parse(retiring.stdout).content)).status).toBe(0);
  expect(await signing()).toEqual(['k-2.secret']);
});
