/** What a person is told whose first start does not go as planned, and what comes of it where no Nix is installed. */
import { once } from 'node:events';
import { chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nixForTests } from '../../src/platform/nix-tool/testing.ts';
import { type Ended, freePort, snowguard } from '../support/program.ts';
import { startServer } from '../support/server.ts';
import { editSettings, opened, starterWorkspace } from '../support/workspaces.ts';

const nix = await nixForTests();
let root: string;
let made: string;
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'snowguard-first-'));
  made = path.join(root, 'made');
  expect(await snowguard(['init', made])).toMatchObject({ status: 0 });
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** One sentence and one next step, nothing else. */
function expectTold({ status, stdout, stderr }: Ended, exit: number, sentence: string | RegExp, step: RegExp): void {
  const lines = stderr.replace(/^Making the starter world in .*\n/, '').split('\n');
  expect([status, stdout, lines]).toEqual([
    exit,
    '',
    [expect.stringMatching(sentence), expect.stringMatching(step), ''],
  ]);
  expect(lines[0]).toMatch(/^snowguard: \S/);
  expect(lines[1]).toMatch(/^ {2}\S/);
}

describe('a taken port', () => {
  test.each([
    ['in a workspace of one’s own', () => ['-w', made]],
    ['at the very first start', () => ['--starter', '-w', path.join(root, 'starter')]],
  ])('%s', async (_, where) => {
    const other = createServer().listen({ host: '127.0.0.1', port: 0 });
    await once(other, 'listening');
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const ended = await snowguard(['up', ...where(), '--port', String(port)]);
    other.close();
    expectTold(ended, 3, `the port ${port} on 127.0.0.1 is taken`, new RegExp(`--port ${port + 1}$`));
  });
});

describe('a folder that cannot be written', () => {
  test('because a file stands in the way', async () => {
    const file = path.join(root, 'file');
    await writeFile(file, '');
    const ended = await snowguard(['up', '--starter', '-w', path.join(file, 'workspace')]);
    expectTold(ended, 3, /file\/workspace cannot be (read|written)/, /--workspace DIR/);
  });

  // To the superuser every folder is open.
  test.skipIf(process.getuid?.() === 0)('because it is another’s', async () => {
    const folder = path.join(root, 'closed');
    await mkdir(folder, { mode: 0o555 });
    const ended = await snowguard(['up', '--starter', '-w', path.join(folder, 'workspace')]);
    await chmod(folder, 0o755);
    expectTold(ended, 3, /closed\/workspace cannot be written/, /--workspace DIR/);
  });

  test('because there is nothing yet', async () => {
    const ended = await snowguard(['up', '-w', path.join(root, 'nothing')]);
    expectTold(ended, 2, /there is no .*nothing\/snowguard\.toml/, /snowguard init .*nothing/);
  });
});

describe('a broken configuration', () => {
  const line = async (text: string) =>
    (await readFile(path.join(made, 'snowguard.toml'), 'utf8')).split('\n').indexOf(text) + 1;

  test.each([
    ['port = 8080', 'port = = 8080', /snowguard\.toml is not TOML, line (\d+): /, /^ {2}Mend the line/],
    ['port = 8080', 'prot = 8080', 'snowguard.toml: listen: there is no setting named prot$', /snowguard config check/],
    ['port = 8080', 'port = "8080"', 'snowguard.toml: listen.port: .*expected number', /snowguard config check/],
    ['port = 8080', 'port = 80800', 'snowguard.toml: listen.port: .*65535', /snowguard config check/],
    ['every = "1h"', 'every = "soon"', 'snowguard.toml: channel.0.every: a duration such as 30m', /snowguard init/],
    ['flake = "secure"', 'flake = "pinned"', 'flake: the word "pinned" is reserved', /snowguard config check/],
    ['[feeds.nvd]', '[feeds.nvdd]', 'there is no feed named nvdd$', /The feeds are: .*nvd, /],
    ['[releases]', '[[channel]]\nid = "b"\n[releases]', 'two channels publish secure/0.1$', /"flake" of its own/],
    ['policy = "policy.toml"', 'policy = "mine.toml"', 'there is no .*mine.toml$', /snowguard init/],
    ['program = "auto"', 'program = "/nix"', 'nix.program is /nix, which is no Nix', /"auto" or "none"/],
    ['"sqlite:snowguard.db"', '"mysql:x"', 'storage.database: sqlite:FILE or postgres', /snowguard config check/],
  ] as const)('%s → %s', async (from, to, sentence, step) => {
    const workspace = path.join(root, 'broken');
    await rm(workspace, { recursive: true, force: true });
    await cp(made, workspace, { recursive: true });
    await editSettings(workspace, (text) => text.replace(from, to));
    const ended = await snowguard(['up', '-w', workspace, '-p', '0']);
    expectTold(ended, 2, sentence, step);
    const named = /, line (\d+): /.exec(ended.stderr)?.[1];
    if (named !== undefined) expect(Number(named)).toBe(await line(from));
  });
});

test.each([['--help'], ['up', '--help']])('%s %s teaches', async (...args) => {
  const { status, stdout, stderr } = await snowguard(args);
  expect([status, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/Usage: snowguard.*--starter|Start here:/s);
  expect(stdout).toMatch(/snowguard up -w acme/);
});

test.each(['abc', '-1', '65536', '80.5'])('--port %s is refused with what it takes', async (port) => {
  const { status, stderr } = await snowguard(['up', `--port=${port}`]);
  expect([status, stderr]).toEqual([2, expect.stringContaining('use a number from 0 to 65535')]);
});

test('--port 0 picks a free one and tells it', async () => {
  const server = await startServer({ workspace: made, port: 0, args: ['--role', 'serve'] });
  await server.up();
  const origin = /up at (http:\S+:[1-9]\d+) /.exec(server.said())?.[1] ?? '';
  expect((await fetch(`${origin}/healthz`)).status).toBe(200);
  expect(await (await fetch(`${origin}/feeds/releases.json`)).text()).toContain(`"${origin}/feeds/releases.json"`);
  await server.stop();
});

test.skipIf(nix === null)(
  'without Nix the whole job is done, and the result is that of Nix',
  { timeout: 60_000 },
  async () => {
    const port = await freePort();
    const results = [];
    for (const program of ['none', nix?.program ?? '']) {
      const workspace = path.join(root, `nix-${results.length}`);
      await starterWorkspace(workspace, { nix: program });
      const server = await startServer({ workspace, port });
      await server.up();
      expect((await server.stop()).status).toBe(0);
      results.push(
        await opened(workspace, async ({ context, reads }) => ({
          origin: (await context.catalog.latestEvaluation('rolling'))?.origin,
          releases: (await reads.releases()).map(({ uuid, publishedAt, ...release }) => release),
          packages: (await reads.packages({ text: '', after: null, limit: 200 })).items,
          findings: (await context.findings.ofChannel('rolling'))
            .map(({ finding: { attr, advisoryId, state, version, band } }) =>
              [attr, advisoryId, state, version, band].join(' '),
            )
            .sort(),
        })),
      );
    }
    const [without, withNix] = results;
    expect([without?.origin, withNix?.origin]).toEqual(['inventory', 'nix']);
    expect(without?.findings.length).toBeGreaterThan(50);
    expect({ ...without, origin: 'nix' }).toEqual(withNix);
  },
);
