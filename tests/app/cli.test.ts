/** The command line as scripts use it: help that teaches, JSON of the stated shapes on stdout alone, and exit statuses that mean something. */
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { commands } from '../../src/cli/commands/index.ts';
import { feedSchema, findingSchema, releaseSchema, statusSchema } from '../../src/http/api/schemas.ts';
import { commandLine } from '../support/command-line.ts';
import { bundle, freePort, snowguard, start } from '../support/program.ts';
import { startServer } from '../support/server.ts';
import { inventoryWorkspace, starterWorkspace } from '../support/workspaces.ts';

let root: string;
let workspace: string;
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'snowguard-cli-'));
  workspace = path.join(root, 'workspace');
  await starterWorkspace(workspace, { nix: 'none' });
  const server = await startServer({ workspace, port: await freePort() });
  await server.up();
  await server.stop();
  // Whatever was left to do when it stopped: what follows then changes nothing.
  await inWorkspace('sync', '--no-feeds', '--no-upstream');
});
afterAll(() => rm(root, { recursive: true, force: true }));

const inWorkspace = (...args: readonly string[]) => snowguard([...args, '-w', workspace]);

/** `cache`, `cache key`, `cache key list`, … */
function pathsOf(command: Command, above = ''): readonly string[] {
  const path = `${above}${command.name()}`;
  return [path, ...command.commands.flatMap((sub) => pathsOf(sub, `${path} `))];
}

describe('help', () => {
  const context = {
    stdout: process.stdout,
    stderr: process.stderr,
    environment: {},
    cwd: '/',
    clock: { now: () => 0 },
    signal: new AbortController().signal,
  };
  const all = commands.map((make) => make(context, () => {}));
  const named = all.flatMap((command) => pathsOf(command));

  test.each(named)('%s explains itself and every option', async (name) => {
    const args = name.split(' ');
    // The program itself for each command; those below it are hundreds, and say it in this process.
    const asked = [...args, '--help'];
    const { status, stdout, stderr } =
      args.length === 1 ? await snowguard(asked) : await commandLine(asked, { cwd: '/', environment: {} });
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(new RegExp(`^Usage: snowguard ${name}\\b.*\n(  .*\n)*\n[A-Z].*\\w{3}`));
    const options = stdout.split('\n').filter((line) => /^ {2}-/.test(line));
    expect(options.length).toBeGreaterThan(0);
    for (const line of options)
      expect(line).toMatch(/^ {2}(-\w, )?--[a-z-]+( <[a-z-]+(=[a-z-]+|\.{3})?>)?(\s{2,}\S+| *$)/);
  });

  test.each(['cache key list', 'cache key approve', 'policy show'])('%s shows that it takes JSON', async (name) => {
    const { stdout } = await commandLine([...name.split(' '), '--help'], { cwd: '/', environment: {} });
    for (const option of ['--workspace', '--json']) expect(stdout.split(`${option} `)).toHaveLength(2);
  });

  test.each(named)('%s, called wrongly, says so and where to look', async (name) => {
    const called = await commandLine([...name.split(' '), '--wrongly'], { cwd: '/', environment: {} });
    expect([called.status, called.stdout]).toEqual([2, '']);
    expect(called.stderr).toMatch(/^error: .*\n(.*\n)?\(add --help to see what it takes\)\n/);
  });

  test('of the program names every command and the exit statuses', async () => {
    const { status, stdout } = await snowguard(['--help']);
    expect(status).toBe(0);
    for (const command of all) expect(stdout).toMatch(new RegExp(`^ {2}${command.name()}\\b.*\\w{4}`, 'm'));
    expect(stdout).toMatch(/Exit status: 0 .* 1 .* 2 .*3 .* 130/s);
  });
});

describe('--json', () => {
  const page = <Item extends z.ZodType>(item: Item) => z.object({ items: z.array(item).min(1) });
  const version = '0.1.6';
  const yanked = z.object({ kind: z.string() });
  const shapes: readonly (readonly [readonly string[], z.ZodType])[] = [
    [['status'], statusSchema],
    [['findings'], page(findingSchema)],
    [['findings', '--order', 'risk', '--severity', 'high', '-n', '3'], page(findingSchema)],
    [['feeds'], page(feedSchema)],
    [['release', 'list'], page(releaseSchema)],
    [['release'], releaseSchema],
    [
      ['release', '--dry-run'],
      z.object({ version: z.string(), commitId: z.string(), exists: z.literal(true), fixes: z.array(z.unknown()) }),
    ],
    [['release', 'yank', version, '--reason', 'r'], yanked],
    [['release', 'unyank', version, '--reason', 'r'], yanked],
    [['sync', '--no-feeds', '--no-upstream'], z.object({ events: z.tuple([]), failed: z.tuple([]) })],
    [['sync', 'kev'], z.object({ events: z.tuple([]), failed: z.tuple([]) })],
    [
      ['scan'],
      z.object({
        channels: z.tuple([z.object({ channel: z.literal('rolling'), packages: z.literal(38) })]),
        failed: z.tuple([]),
      }),
    ],
    [
      ['config', 'check'],
      z.object({ flakes: z.tuple([z.literal('acme/secure')]), covered: z.literal(40), nix: z.null() }),
    ],
  ];

  test.each(shapes)('%j', async (args, shape) => {
    const { status, stdout } = await inWorkspace(...args, '--json');
    expect(status).toBe(0);
    expect(shape.safeParse(JSON.parse(stdout)).error).toBeUndefined();
    // The same as text is no JSON, and nothing else is said on stdout.
    const text = await inWorkspace(...args);
    expect(() => JSON.parse(text.stdout)).toThrow();
    expect(text.stdout).not.toBe('');
  });

  test.each(['accept', 'quarantine'])('feeds %s of a feed that is none says which there are', async (verb) => {
    const { status, stdout, stderr } = await inWorkspace('feeds', verb, 'kevv');
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/there is no feed kevv here\n {2}There are: .*\bkev\b/);
  });

  test('check and init', async () => {
    const lock = path.join(workspace, 'consumers/billing');
    const checked = await snowguard(['check', lock, '-w', workspace, '--json']);
    expect([checked.status, JSON.parse(checked.stdout)]).toMatchObject([
      1,
      { mustAct: [{ fromVersion: expect.stringMatching(/^0\.1\.6/) }] },
    ]);
    const made = await snowguard(['init', path.join(root, 'made'), '--json']);
    expect([made.status, JSON.parse(made.stdout).folder]).toEqual([0, path.join(root, 'made')]);
  });
});

describe('the exit status', () => {
  test('0: a lock that lacks nothing of the severity asked for, or names no registry', async () => {
    const empty = path.join(root, 'flake.lock');
    await writeFile(empty, '{"nodes":{"root":{}},"root":"root","version":7}');
    expect(await snowguard(['check', empty])).toMatchObject({ status: 0, stdout: expect.stringContaining('No input') });
  });

  test.each([
    [['nonsense'], /unknown command/],
    [['findings', '--severity', 'dire'], /Allowed choices are critical/],
    [['findings', '-n', '0'], /1 to 500/],
    [['release', 'yank', '9.9.9', '--reason', 'r'], /no release 9\.9\.9\n {2}See them: snowguard release list/],
    [['release', 'yank', '0.1.6'], /--reason/],
    [['sync', 'nope'], /no feed nope here\n {2}Switched on are: .*kev/],
    [['scan', '--channel', 'nope'], /no channel nope\n {2}The channels are: rolling/],
    [['scan', '--channel', 'nope', '--inventory', 'x'], /no channel nope\n {2}The channels are: rolling/],
    [['scan', '--inventory', 'nope.jsonl'], /no file .*nope\.jsonl\n/],
    [['check', 'nope.lock'], /nope\.lock\n {2}Name a flake\.lock/],
  ])('2: called wrongly, %j', async (args, says) => {
    const { status, stdout, stderr } = await inWorkspace(...args);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(says);
    expect(stderr).not.toMatch(/\n +at /);
  });

  test('3: it cannot be done', async () => {
    const bare = path.join(root, 'bare');
    await inventoryWorkspace(bare, { channels: ['rolling'], feeds: [] });
    const released = await snowguard(['release', '-w', bare]);
    expect([released.status, released.stderr]).toEqual([3, expect.stringContaining('has no evaluated commit yet')]);
    const asked = await snowguard([
      'check',
      path.join(workspace, 'consumers/billing'),
      '--server',
      'http://127.0.0.1:1',
    ]);
    expect([asked.status, asked.stderr]).toEqual([3, expect.stringContaining('could not answer')]);
  });

  test('130: interrupted, also while a server does not answer', async () => {
    const silent = createServer(() => {}).listen({ host: '127.0.0.1', port: 0 });
    await once(silent, 'listening');
    const address = silent.address();
    const host = `127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
    const waiting = path.join(root, 'waiting');
    await inventoryWorkspace(waiting, {
      channels: ['rolling'],
      feeds: [`kev.url = "http://${host}/kev.json"`],
      more: `[network]\nallow_hosts = ["${host}"]`,
    });
    const asked = once(silent, 'request');
    const running = start(process.execPath, [await bundle(), 'sync', '-w', waiting]);
    await asked;
    running.signal('SIGINT');
    const { status, stderr } = await running.ended;
    silent.closeAllConnections();
    silent.close();
    expect([status, stderr]).toEqual([130, expect.not.stringMatching(/\n +at /)]);
  });
});
