import { chmod, lstat, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { type ServerType, serve } from '@hono/node-server';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { now, registryOf, release, releases, testApp } from '../http/testing.ts';
import type { Release } from '../pipeline/releases/index.ts';
import { nixForTests } from '../platform/nix-tool/testing.ts';
import { runCli } from './index.ts';

const apps: ServerType[] = [];
let server = '';
/** Publishes acme/secure and nothing else. */
let oneSet = '';
let cwd = '';

const sets = [...releases, release(72, { version: `0.2605.7+rev-${'7'.repeat(40)}`, channel: '26.05' })];
const published = [
  ...sets,
  release(70, { organisation: 'edolstra', flake: 'flake-compat', version: '1.1.0', channel: 'compat' }),
  release(71, { organisation: 'acme', flake: 'tool', version: '1.2.3', channel: 'tool' }),
];
const sources = new Map([
  ['rolling', 'NixOS/nixpkgs'],
  ['compat', 'edolstra/flake-compat'],
  ['tool', 'acme/tool'],
]);

function serverOf(all: readonly Release[]): Promise<string> {
  const registry = { ...registryOf(all), sourceOf: ({ channel }: Release) => sources.get(channel) ?? null };
  const { fetch } = testApp({ registry });
  return new Promise((resolve) => {
    apps.push(serve({ fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => resolve(`http://127.0.0.1:${port}`)));
  });
}

beforeAll(async () => {
  [server, oneSet] = await Promise.all([serverOf(published), serverOf(sets)]);
});
afterAll(() => {
  for (const app of apps) app.close();
});
beforeEach(async () => {
  cwd = await mkdtemp(path.join(tmpdir(), 'snowguard-consumer-'));
});
afterEach(() => rm(cwd, { recursive: true, force: true }));

async function run(
  argv: readonly string[],
  environment: Readonly<Record<string, string>> = { SNOWGUARD_SERVER: server },
) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const status = await runCli(argv, { stdout, stderr, environment, cwd, clock: { now: () => now } });
  return { status, out: String(stdout.read() ?? ''), talk: String(stderr.read() ?? '') };
}

const flake = (text: string) => writeFile(path.join(cwd, 'flake.nix'), text);
const written = () => readFile(path.join(cwd, 'flake.nix'), 'utf8');

describe('add', () => {
  test('takes the line of the newest release, under the canonical name, and once', async () => {
    await flake('{\n  inputs.b.url = "y";\n  outputs = { self, b }: { };\n}\n');
    const first = await run(['add', '--input-name', 'nixpkgs', 'ACME/Secure']);
    expect(first).toMatchObject({ status: 0, out: `nixpkgs: ${server}/f/acme/secure/0.2605\n`, talk: '' });
    expect(await written()).toBe(
      `{\n  inputs.nixpkgs.url = "${server}/f/acme/secure/0.2605";\n  inputs.b.url = "y";\n  outputs = { self, b, nixpkgs }: { };\n}\n`,
    );
    const before = await stat(path.join(cwd, 'flake.nix'));
    const second = await run(['add', '--input-name', 'nixpkgs', 'acme/secure', '--json']);
    expect(JSON.parse(second.out)).toMatchObject({ changes: [], isWritten: false });
    expect((await stat(path.join(cwd, 'flake.nix'))).ino).toBe(before.ino);
    expect(await readdir(cwd)).toEqual(['flake.nix']);
  });

  test('keeps the range that was asked for, at the bottom, in a folder named', async () => {
    await flake('{\n  inputs.b.url = "y";\n  outputs = _: { };\n}\n');
    const argv = ['add', 'acme/secure/=0.1.99', '--insertion-location', 'bottom', '--flake-path', 'flake.nix'];
    expect(await run(argv)).toMatchObject({ status: 0 });
    expect(await written()).toContain(`"y";\n  inputs.secure.url = "${server}/f/acme/secure/%3D0.1.99";\n`);
  });

  test('a dry run writes nothing and prints the new text', async () => {
    expect(await run(['add', 'acme/tool', '--dry-run'])).toMatchObject({
      status: 0,
      out: expect.stringContaining(`inputs.tool.url = "${server}/f/acme/tool/1";`),
      talk: `tool: ${server}/f/acme/tool/1\n`,
    });
    expect(await readdir(cwd)).toEqual([]);
  });

  test('a new file where there is none, and a URL that asks no server', async () => {
    expect(await run(['add', 'github:acme/tool'], {})).toMatchObject({ status: 0 });
    expect(await written()).toContain('inputs.tool.url = "github:acme/tool";');
  });

  test('files that are no flake are taken from the archive', async () => {
    await flake('{ inputs.a = { url = "x"; flake = false; }; outputs = _: { }; }');
    await run(['add', '--input-name', 'a', 'acme/secure/0']);
    expect(await written()).toContain(`a = { url = "${server}/f/acme/secure/0.tar.gz"; flake = false; };`);
  });

  test('keeps the mode of the file and the link to it', async () => {
    await flake('{ outputs = _: { }; }');
    await chmod(path.join(cwd, 'flake.nix'), 0o640);
    await symlink('flake.nix', path.join(cwd, 'link.nix'));
    expect(await run(['add', 'acme/secure/0', '--flake-path', 'link.nix'])).toMatchObject({ status: 0 });
    expect((await lstat(path.join(cwd, 'link.nix'))).isSymbolicLink()).toBe(true);
    expect((await stat(path.join(cwd, 'flake.nix'))).mode & 0o777).toBe(0o640);
    expect(await written()).toContain('acme/secure/0');
  });

  test.each([
    [
      '{ inputs = import ./i.nix; outputs = _: { }; }',
      ['acme/secure/0'],
      3,
      /not touched: inputs is `import .\/i.nix`/,
    ],
    ['{ outputs = _: { }; }', ['acme/secure/7'], 3, /no release of acme\/secure satisfies "7".*\n.*snowguard list/],
    ['{ outputs = _: { }; }', ['acme/none'], 3, /there is no flake acme\/none here/],
    ['{ outputs = _: { }; }', ['acme/secure/0 .1'], 3, /is not a version range/],
    ['{ outputs = _: { }; }', ['acme'], 2, /is not a flake/],
    ['{ outputs = _: { }; }', ['https://x.example/y'], 2, /--input-name/],
    ['{ outputs = _: { }; }', ['acme/secure', '--input-name', 'self'], 2, /cannot be the name of an input/],
    ['{ outputs = _: { }; }', ['acme/secure', '--server', 'ftp://x'], 2, /is not the address of a server/],
    ['{ outputs = _: { }; }', ['acme/secure', '--server', 'http://127.0.0.1:1'], 3, /could not answer/],
  ])('%s %j ends with %i', async (text, argv, status, talk) => {
    await flake(text);
    expect(await run(['add', ...argv])).toMatchObject({ status, out: '', talk: expect.stringMatching(talk) });
    expect(await written()).toBe(text);
  });

  test('says what to write by hand', async () => {
    await flake('{ inputs.secure.follows = "b/secure"; outputs = _: { }; }');
    const { talk } = await run(['add', 'acme/secure/0']);
    expect(talk).toContain(`    inputs.secure.url = "${server}/f/acme/secure/0";\n`);
  });

  test('bytes that are no text stay', async () => {
    const bytes = Buffer.from('7b2023ff0a206f757470757473203d205f3a207b207d3b207d', 'hex');
    await writeFile(path.join(cwd, 'flake.nix'), bytes);
    expect(await run(['add', 'acme/secure/0'])).toMatchObject({
      status: 3,
      talk: expect.stringContaining('cannot be read'),
    });
    expect(await readFile(path.join(cwd, 'flake.nix'))).toEqual(bytes);
  });

  test('asks the workspace in reach, or says how to name a server', async () => {
    await flake('{ outputs = _: { }; }');
    expect(await run(['add', 'acme/secure'], {})).toMatchObject({
      status: 2,
      talk: expect.stringMatching(/no Snowguard server is named\n.*--server URL.*SNOWGUARD_SERVER/),
    });
    await run(['init', 'w', '--public-url', server], {});
    expect(await run(['add', 'acme/secure', '--flake-path', 'flake.nix'], { SNOWGUARD_WORKSPACE: 'w' })).toMatchObject({
      status: 0,
    });
    expect(await written()).toContain(server);
  });
});

describe('convert and eject', () => {
  const text = `{
  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-26.05"; # ours
    unstable.url = github:NixOS/nixpkgs/nixos-unstable;
    old.url = "nixpkgs/nixos-20.03";
    tool = {
      url = "github:acme/tool/v1.2.3";
      inputs.nixpkgs.follows = "nixpkgs";
    };
    files = { url = "github:acme/tool"; flake = false; };
    sub.url = "github:acme/tool?dir=s";
    branch.url = "github:acme/tool/feature/x";
    other.url = "github:acme/unknown";
    flake-compat = {
      url = "github:edolstra/flake-compat";
      flake = false;
    };
    local.url = "path:./x";
  };
  outputs = inputs: { };
}
`;
  const converted = (address: string) => `{
  inputs = {
    nixpkgs.url = "${address}/f/acme/secure/0.2605"; # ours
    unstable.url = "${address}/f/acme/secure/0.1";
    old.url = "nixpkgs/nixos-20.03";
    tool = {
      url = "${address}/f/acme/tool/%3D1.2.3";
      inputs.nixpkgs.follows = "nixpkgs";
    };
    files = { url = "${address}/f/acme/tool/1.tar.gz"; flake = false; };
    sub.url = "github:acme/tool?dir=s";
    branch.url = "github:acme/tool/feature/x";
    other.url = "github:acme/unknown";
    flake-compat.url = "${address}/f/edolstra/flake-compat/1";
    local.url = "path:./x";
  };
  outputs = inputs: { };
}
`;

  test('there, once, and back', async () => {
    await flake(text);
    const there = await run(['convert', '--no-lock', '--package-set', 'acme/secure', '--json']);
    expect(await written()).toBe(converted(server));
    const outcome = JSON.parse(there.out);
    expect(outcome.left.map(({ input }: { readonly input: string }) => input)).toEqual([
      'old',
      'sub',
      'branch',
      'other',
    ]);
    expect(await run(['convert', '--no-lock'])).toMatchObject({ status: 0, out: expect.stringContaining('no change') });
    expect(await written()).toBe(converted(server));

    const back = await run(['eject']);
    expect(back).toMatchObject({ status: 0, out: expect.stringContaining('name it with --source') });
    const ejected = (nixpkgs: string) =>
      text
        .replace('github:NixOS/nixpkgs/nixos-26.05', nixpkgs)
        .replace('github:NixOS/nixpkgs/nixos-unstable', '"github:NixOS/nixpkgs"')
        .replace('acme/tool/v1.2.3', 'acme/tool/1.2.3')
        .replace('"github:acme/tool"; flake', '"github:acme/tool/1.2.3"; flake')
        .replace(/flake-compat = \{[^}]*\};/, 'flake-compat.url = "github:edolstra/flake-compat/1.1.0";');
    expect(await written()).toBe(ejected(`${server}/f/acme/secure/0.2605`));
    await run(['eject', '--source', 'NixOS/nixpkgs']);
    expect(await written()).toBe(ejected('github:NixOS/nixpkgs/nixos-26.05'));
  });

  test('an argument that is no input gets one: the only set that is published', async () => {
    await flake('{\n  outputs = { self, nixpkgs }: { };\n}\n');
    await run(['convert', '--no-lock'], { SNOWGUARD_SERVER: oneSet });
    expect(await written()).toBe(
      `{\n  inputs.nixpkgs.url = "${oneSet}/f/acme/secure/0.2605";\n\n  outputs = { self, nixpkgs }: { };\n}\n`,
    );
  });

  test('a comment in the block of flake-compat is kept', async () => {
    await flake('{ inputs.c = { url = "github:edolstra/flake-compat"; flake = false; /* why */ }; outputs = _: { }; }');
    await run(['convert', '--no-lock']);
    expect(await written()).toContain(`/f/edolstra/flake-compat/1.tar.gz"; flake = false; /* why */ };`);
  });

  test('no flake, or one that is computed', async () => {
    expect(await run(['convert'])).toMatchObject({ status: 2, talk: expect.stringContaining('there is no ') });
    await flake('let x = 1; in { outputs = _: { }; }');
    expect(await run(['eject'])).toMatchObject({ status: 3, talk: expect.stringContaining('the file is `let x') });
  });

  test('real Nix locks what was converted', async () => {
    const nix = await nixForTests();
    if (nix === null) return;
    const { lockFlake } = await import('../app/consumer-edit/index.ts');
    await writeFile(path.join(cwd, 'b'), 'b');
    await flake(`{ inputs.b = { url = "path:${cwd}/b"; flake = false; }; outputs = _: { }; }`);
    const lines: string[] = [];
    const outcome = await lockFlake({
      file: path.join(cwd, 'flake.nix'),
      environment: { ...nix.environment, PATH: `${path.dirname(nix.program)}:${process.env.PATH}` },
      signal: AbortSignal.timeout(60_000),
      onLine: (line) => lines.push(line),
    });
    expect(outcome, lines.join('\n')).toEqual({ kind: 'locked' });
    expect(JSON.parse(await readFile(path.join(cwd, 'flake.lock'), 'utf8')).nodes.root.inputs).toEqual({ b: 'b' });
  }, 90_000);
});

test('list and search', async () => {
  const { out: flakes } = await run(['list']);
  expect(flakes.split('\n').map((line) => line.trimEnd().split(/ {2,}/))).toEqual([
    ['acme/secure', '0.2605.7', '28 d ago', '4 releases'],
    ['acme/tool', '1.2.3', '29 d ago', '1 release'],
    ['edolstra/flake-compat', '1.1.0', '30 d ago', '1 release'],
    [''],
  ]);
  const { out } = await run(['list', 'acme/secure']);
  expect(out.split('\n').map((line) => line.split(/\s+/)[0])).toEqual([
    '0.2605.7',
    '0.1.100',
    '0.1.99',
    '0.1.98',
    '0.1.97',
    '',
  ]);
  expect(out).toContain('withdrawn');
  expect(JSON.parse((await run(['list', 'acme/tool', '--json'])).out)).toMatchObject([{ version: '1.2.3' }]);
  expect(await run(['search', 'xz'])).toMatchObject({
    status: 0,
    out: expect.stringMatching(/^xz {2}1\.0 in rolling/),
  });
  expect(await run(['search', 'nothing-of-the-kind'])).toMatchObject({
    out: 'No package of that name is kept there.\n',
  });
});
