/** The covered set is edited on the command line and by its page, as people do it. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli } from './index.ts';

let folder = '';
let ada = '';
let grace = '';
let now = Date.parse('2026-11-25T10:00:00Z');
const dns = () => path.join(folder, 'ws', 'covered', 'dns.toml');

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'snowguard-covered-'));
  await run(null, 'init', 'ws');
  // Few packages: what is tested is not how many there are.
  for (const name of await readdir(path.join(folder, 'ws', 'covered')))
    if (name !== 'dns.toml') await rm(path.join(folder, 'ws', 'covered', name));
  const tokenOf = async (name: string) =>
    /sg_\S+/.exec((await run(null, 'people', 'add', name, '--role', 'policy_admin')).stdout)?.[0] ?? '';
  ada = await tokenOf('ada');
  grace = await tokenOf('grace');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function run(token: string | null, ...argv: readonly string[]) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const said = { stdout: '', stderr: '' };
  stdout.on('data', (chunk) => (said.stdout += chunk));
  stderr.on('data', (chunk) => (said.stderr += chunk));
  const environment = {
    ...(token === null ? {} : { SNOWGUARD_TOKEN: token }),
    XDG_CONFIG_HOME: path.join(folder, 'nobody'),
    PATH: process.env.PATH,
  };
  const cwd = argv[0] === 'init' ? folder : path.join(folder, 'ws');
  const status = await runCli(argv, { stdout, stderr, cwd, environment, clock: { now: () => now } });
  return { status, ...said };
}

test('a package is covered by a person, in its file, with every other line as it was', async () => {
  const before = await readFile(dns(), 'utf8');
  expect(await run(null, 'covered', 'add', 'xz', '--category', 'dns', '--reason', 'x')).toMatchObject({
    status: 3,
    stderr: expect.stringContaining('SNOWGUARD_TOKEN'),
  });
  const adding = ['covered', 'add', 'python3Packages.dnspython', '--category', 'dns', '--reason', 'payments use it'];
  const dry = await run(ada, ...adding, '--dry-run');
  expect(dry.stdout).toContain('"python3Packages.dnspython",');
  expect(await readFile(dns(), 'utf8')).toBe(before);
  expect(await run(ada, ...adding)).toMatchObject({ status: 0, stderr: '' });
  const after = await readFile(dns(), 'utf8');
  expect(after.replace('  "python3Packages.dnspython",\n', '')).toBe(before);
  expect((await run(ada, ...adding)).stderr).toContain('so already');
  const history = await run(null, 'covered', 'history');
  expect(history.stdout).toMatch(/ada .*payments use it/);
});

test('on a later day the promise begins on that day: a file of its own, not a promise backwards', async () => {
  now += 86_400_000;
  expect((await run(grace, 'covered', 'add', 'trurl', '--category', 'dns', '--reason', 'r')).status).toBe(0);
  const own = path.join(folder, 'ws', 'covered', 'dns-2026-11-26.toml');
  expect(await readFile(own, 'utf8')).toBe(
    'category = "dns"\nowner = "security"\nsince = "2026-11-26"\nattrs = [\n  "trurl",\n]\n',
  );
});

test('the end of a promise takes two people and 30 days', async () => {
  const removing = ['covered', 'remove', 'trurl', '--reason', 'nobody uses it'];
  expect((await run(ada, ...removing)).stdout).toContain('is proposed');
  expect((await run(ada, ...removing)).stderr).toContain('second person');
  expect((await run(grace, ...removing, '--dry-run')).stdout).toContain('30 days would begin');
  expect((await run(grace, ...removing)).stdout).toContain('covered until 2026-12-26');
  now += 29 * 86_400_000;
  expect((await run(grace, ...removing)).stderr).toContain('so already');
  expect((await run(null, 'covered', 'list', '--name', 'trurl')).stdout).toContain('(ends 2026-12-26)');
  now += 86_400_000;
  expect(await run(grace, ...removing)).toMatchObject({ status: 0, stderr: '' });
  expect((await run(null, 'covered', 'list', '--name', 'trurl')).stdout).toContain('No covered package');
});

test('what the tree has no more is told with what to do, and by the exit status', async () => {
  const file = path.join(folder, 'inventory.jsonl');
  const drvs = ['bind', 'unbound'].map((attr) => ({ attr, pname: attr, version: '1.2', name: `${attr}-1.2` }));
  const lines = [
    ...drvs.map((drv) => ({ ...drv, drvPath: `/nix/store/${'a'.repeat(32)}-${drv.name}.drv`, outputs: {} })),
    { attr: 'stubby', error: "error: 'stubby' has been renamed to/replaced by 'getdns'" },
    { attr: 'q', error: 'error: infinite recursion encountered' },
  ];
  await writeFile(file, lines.map((line) => JSON.stringify({ system: 'x86_64-linux', ...line })).join('\n'));
  expect((await run(null, 'scan', '--inventory', file)).stderr).toBe('');
  const checked = await run(null, 'covered', 'check');
  expect(checked.status).toBe(1);
  expect(checked.stdout).toContain('stubby  renamed');
  expect(checked.stdout).toContain('snowguard covered add getdns --category dns');
  expect(checked.stdout).toContain('q  broken');
  expect(checked.stdout).toMatch(/2 of \d+ covered packages are carried as promised; \d+ were not evaluated yet/);
  const json = JSON.parse((await run(null, 'covered', 'check', '--json')).stdout);
  expect(json.counts).toMatchObject({ carried: 2, renamed: 1, broken: 1, gone: 0 });
});
