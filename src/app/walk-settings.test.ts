import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { loadConfiguration } from '../config/index.ts';
import { feedSources } from '../pipeline/feeds/index.ts';
import { initWorkspace } from './init-workspace.ts';
import { feedsOf } from './walk-settings.ts';

test('the addresses that a new workspace names are read as they are when they are switched on there', async () => {
  const cwd = await mkdtemp(path.join(tmpdir(), 'settings-'));
  const names = { organisation: 'acme', flake: 'secure', publicUrl: 'http://127.0.0.1' };
  const upstream = { upstream: 'https://example.org/nixpkgs', branch: 'main' };
  const { folder } = await initWorkspace({ ...names, ...upstream, dir: 'ws', cwd, clock: { now: () => 0 } });
  const settings = path.join(folder, 'snowguard.toml');
  const text = await readFile(settings, 'utf8');
  await writeFile(settings, text.replaceAll(/^enabled = .*\n# url = /gm, 'enabled = true\nurl = '));
  const feeds = feedsOf(await loadConfiguration(folder), { folder, environment: {} });
  expect(feeds.map(({ source, location }) => [source.id, location])).toEqual(
    feedSources.map(({ id, defaultUrl }) => [id, { kind: 'url', url: defaultUrl }]),
  );
  await rm(cwd, { recursive: true });
});
