import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadConfiguration } from '../config/index.ts';
import { feedSources } from '../pipeline/feeds/index.ts';
import { checkConfiguration } from './check-configuration.ts';
import { initWorkspace } from './init-workspace.ts';
import { feedsOf } from './walk-settings.ts';

let cwd: string;
let text: string;
let folder: string;
beforeAll(async () => {
  cwd = await mkdtemp(path.join(tmpdir(), 'settings-'));
  const names = { organisation: 'acme', flake: 'secure', publicUrl: 'http://127.0.0.1' };
  const upstream = { upstream: 'https://example.org/nixpkgs', branch: 'main' };
  const made = await initWorkspace({ ...names, ...upstream, dir: 'ws', cwd, clock: { now: () => 0 } });
  folder = made.folder;
  text = await readFile(path.join(folder, 'snowguard.toml'), 'utf8');
});
afterAll(() => rm(cwd, { recursive: true }));

const write = (edited: string) => writeFile(path.join(folder, 'snowguard.toml'), edited);

test('the addresses that a new workspace names are read as they are when they are switched on there', async () => {
  await write(text.replaceAll(/^enabled = .*\n# url = /gm, 'enabled = true\nurl = '));
  const feeds = feedsOf(await loadConfiguration(folder), { folder, environment: {} });
  expect(feeds.map(({ source, location }) => [source.id, location])).toEqual(
    feedSources.map(({ id, defaultUrl }) => [id, { kind: 'url', url: defaultUrl }]),
  );
});

test('a key that is named but not set is told when the settings are checked', async () => {
  await write(text.replaceAll(/^# (?=secret_env = "(?:NVD_API_KEY|GITHUB_TOKEN)")/gm, ''));
  const lacking = async (environment: Readonly<Record<string, string>>) =>
    (await checkConfiguration({ folder, environment, clock: { now: Date.now } })).feedsWithoutKey;
  expect(await lacking({ NVD_API_KEY: 'k', GITHUB_TOKEN: 't' })).toEqual([]);
  expect(await lacking({ NVD_API_KEY: 'k' })).toEqual(['ghsa: GITHUB_TOKEN is not set here, it is read without a key']);
});
