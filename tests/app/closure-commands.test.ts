/** A consumer says on the command line what it runs; the server it asks has a real history behind it. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { httpSideOf } from '../../src/app/http-app.ts';
import type { Workspace } from '../../src/app/index.ts';
import { type Listening, listen } from '../../src/app/listen.ts';
import { playStory, starterOf } from '../../src/app/starter/index.ts';
import { systemClock } from '../../src/foundation/clock.ts';
import { commandLine } from '../support/command-line.ts';
import { freePort } from '../support/program.ts';
import { editSettings, openHere, starterWorkspace } from '../support/workspaces.ts';

interface Act {
  readonly consumer: string;
  readonly step: string;
  readonly packages: readonly string[];
}

let folder = '';
let origin = '';
let workspace: Workspace;
let listening: Listening;
const tokens: Record<string, string> = {};

async function runAs(who: string | null, ...argv: readonly string[]) {
  const environment = {
    ...(who === null ? {} : { SNOWGUARD_TOKEN: tokens[who] ?? '' }),
    SNOWGUARD_SERVER: origin,
    XDG_CONFIG_HOME: path.join(folder, 'nobody'),
    // No Nix: what is named has to be a file.
    PATH: '',
    NIX_STATE_DIR: path.join(folder, 'nobody'),
  };
  const { status, stdout: out, stderr: talk } = await commandLine(argv, { cwd: folder, environment });
  return { status, out, talk };
}
const jsonAs = async (who: string | null, ...argv: readonly string[]) => {
  const said = await runAs(who, ...argv, '--json');
  expect([said.status, said.talk]).toEqual([0, '']);
  return JSON.parse(said.out);
};
const pageAs = async (who: string | null) => {
  const headers = { Accept: 'text/html', ...(who === null ? {} : { Authorization: `Bearer ${tokens[who]}` }) };
  return (await fetch(`${origin}/consumers`, { headers })).text();
};
const actsOf = async (who: string | null): Promise<readonly Act[]> =>
  (await jsonAs(who, 'consumer', 'list')).mustAct.filter(({ consumer }: Act) => consumer === 'web/prod');

/** The outputs that the release of a commit has of some packages, one a line. */
async function outputsOf(commitId: string, isWanted: (attr: string) => boolean): Promise<string> {
  const text = await readFile(path.join('examples/starter/inventories', `${commitId}.jsonl`), 'utf8');
  return text
    .split('\n')
    .flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Record<string, unknown>]))
    .flatMap(({ attr, outputs }) => (isWanted(String(attr)) ? Object.values(outputs ?? {}) : []))
    .join('\n');
}
const file = async (name: string, content: string | Uint8Array) => {
  await writeFile(path.join(folder, name), content);
  return name;
};

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'snowguard-closures-'));
  const ws = path.join(folder, 'ws');
  const port = await freePort();
  origin = `http://127.0.0.1:${port}`;
  await starterWorkspace(ws, { nix: 'none' });
  await editSettings(ws, (text) => text.replace(/^public_url = .*$/m, `public_url = "${origin}"`));
  for (const [name, role] of [
    ['ada', 'policy_admin'],
    ['bob', 'policy_admin'],
  ] as const)
    tokens[name] = (await jsonAs(null, 'people', 'add', name, '--role', role, '-w', ws)).token as string;
  workspace = await openHere(ws);
  await workspace.adoptCovered();
  const starter = await starterOf(ws, systemClock);
  if (starter === null) throw new Error('the workspace is not a starter');
  await workspace.worker.start();
  await playStory({ workspace, starter, signal: new AbortController().signal });
  await workspace.worker.stop();
  listening = await listen({ ...httpSideOf(workspace), host: '127.0.0.1', port });
}, 240_000);
afterAll(async () => {
  await listening?.close();
  await workspace?.close();
  await rm(folder, { recursive: true, force: true });
});

test('what runs decides what must be done, is shown to the house alone, and can be taken back', async () => {
  const releases = (await workspace.context.releases.releases({ limit: 100 })).toSorted(
    (a, b) => a.publishedAt - b.publishedAt,
  );
  const lock = path.join(folder, 'ws/consumers/website');
  expect(await readdir(lock)).toContain('flake.lock');
  await jsonAs('ada', 'consumer', 'add', 'web/prod', lock);
  const [byLock] = await actsOf('ada');
  const lacked = byLock?.packages ?? [];
  expect(lacked.length).toBeGreaterThan(1);
  const [one = '', ...others] = lacked;
  const known = await workspace.context.consumers.consumers();
  const uuid = known.find(({ name }) => name === 'web/prod')?.inputs[0]?.releaseUuid;
  const locked = releases.find((release) => release.uuid === uuid);
  const newest = releases.at(-1);

  // One of the packages runs, as the locked release builds it.
  const some = await file('paths.txt.gz', gzipSync(await outputsOf(locked?.commitId ?? '', (attr) => attr === one)));
  expect(await runAs('ada', 'consumer', 'closure', 'set', 'web/prod', some)).toMatchObject({
    status: 0,
    talk: '',
    out: expect.stringMatching(/^web\/prod: \d+ packages are known to run\.\n$/),
  });
  const shown = await jsonAs('ada', 'consumer', 'closure', 'show', 'web/prod');
  expect(shown).toMatchObject({ closure: { source: 'store paths', uploadedBy: 'ada' }, refused: null, history: [] });
  expect(shown.mustAct.map(({ step, packages }: Act) => [step, ...packages])).toEqual([['update', one]]);
  expect(new Set(shown.notHeld.map(({ attr }: { readonly attr: string }) => attr))).toEqual(new Set(others));
  const { out } = await runAs('ada', 'consumer', 'closure', 'show', 'web/prod');
  expect(out).toMatch(/^web\/prod runs \d+ packages? \(store paths\), told \S+ by ada\.\nMust act/);
  expect(out).toContain('run: nix flake update nixpkgs');
  expect(await actsOf('ada')).toMatchObject([{ packages: [one] }]);

  // Strangers see the lock, as before.
  expect(await actsOf(null)).toEqual([byLock]);
  expect([await pageAs('ada'), await pageAs(null)].map((page) => page.includes('store paths'))).toEqual([true, false]);
  expect(await runAs(null, 'consumer', 'closure', 'show', 'web/prod')).toMatchObject({
    status: 3,
    talk: expect.stringContaining('snowguard login'),
  });

  // Whose it is may change it, and nobody else.
  expect(await runAs('bob', 'consumer', 'closure', 'set', 'web/prod', some)).toMatchObject({
    status: 3,
    talk: expect.stringContaining('You have registered no lock of that name'),
  });
  expect((await jsonAs('bob', 'consumer', 'closure', 'show', 'web/prod')).closure.uploadedBy).toBe('ada');

  // What cannot be read is told, and what was known stays.
  const broken = await file('broken.json', '{"hello":1}');
  expect(await runAs('ada', 'consumer', 'closure', 'set', 'web/prod', broken)).toMatchObject({
    status: 3,
    talk: expect.stringMatching(/neither "nix path-info -r --json".*What was known before stays/),
  });
  expect(await jsonAs('bob', 'consumer', 'closure', 'show', 'web/prod')).toMatchObject({
    closure: { source: 'store paths' },
    refused: { by: 'ada', raw: '{"hello":1}' },
  });
  expect(await pageAs('bob')).toContain('could not be read');

  // Everything of the newest release runs: nothing to do, whatever the lock says.
  const all = await file('all.txt', await outputsOf(newest?.commitId ?? '', () => true));
  await jsonAs('ada', 'consumer', 'closure', 'set', 'web/prod', all);
  expect(await jsonAs('ada', 'consumer', 'closure', 'show', 'web/prod')).toMatchObject({
    mustAct: [],
    notHeld: [],
    refused: null,
    history: [{ state: 'replaced' }],
  });

  await jsonAs('ada', 'consumer', 'closure', 'remove', 'web/prod');
  expect((await runAs('ada', 'consumer', 'closure', 'show', 'web/prod')).out).toContain('its lock alone counts');
  expect(await actsOf('ada')).toEqual([byLock]);
  expect(await runAs('ada', 'consumer', 'closure', 'remove', 'web/prod')).toMatchObject({
    status: 3,
    talk: expect.stringContaining('You have told no closure under that name'),
  });
});
