/** A house is founded and grows on the command line, as people would do it. */
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli } from './index.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'snowguard-accounts-'));
  await run('init', 'ws');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** As somebody with this token, or with the token file of their own home. */
async function runAs(who: { readonly token?: string; readonly home?: string }, ...argv: readonly string[]) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const said = { stdout: '', stderr: '' };
  stdout.on('data', (chunk) => (said.stdout += chunk));
  stderr.on('data', (chunk) => (said.stderr += chunk));
  const environment = {
    ...(who.token === undefined ? {} : { SNOWGUARD_TOKEN: who.token }),
    XDG_CONFIG_HOME: path.join(folder, who.home ?? 'nobody'),
    PATH: process.env.PATH,
  };
  const cwd = argv[0] === 'init' ? folder : path.join(folder, 'ws');
  const status = await runCli(argv, { stdout, stderr, cwd, environment });
  return { status, ...said, json: () => JSON.parse(said.stdout) };
}
const run = (...argv: readonly string[]) => runAs({}, ...argv);

test('two found it, a third is admitted by both, and nobody holds the token of another', async () => {
  const nobody = await run('people');
  expect(nobody.stderr).toBe('');
  expect(nobody.stdout).toContain('Found it: snowguard people add NAME --role policy_admin');
  const early = await run('people', 'add', 'alan', '--role', 'analyst');
  expect(early).toMatchObject({ status: 3, stderr: expect.stringContaining('policy admins') });
  const first = await run('people', 'add', 'ada', '--role', 'policy_admin', '--email', 'ada@example.org');
  const ada = { token: /sg_\S+/.exec(first.stdout)?.[0] ?? '' };
  const second = await run('people', 'add', 'grace', '--role', 'policy_admin', '--role', 'reviewer', '--json');
  const grace = { token: second.json().token as string };

  const alan = { home: 'alan' };
  const made = await runAs(alan, 'token', 'new', '--json');
  const { file, fingerprint } = made.json() as { readonly file: string; readonly fingerprint: string };
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(made.stdout + made.stderr).not.toContain((await readFile(file, 'utf8')).trim());
  expect(await runAs(alan, 'token', 'new')).toMatchObject({ status: 3, stderr: expect.stringContaining('--force') });

  const adding = ['people', 'add', 'alan', '--role', 'analyst', '--email', 'alan@example.org', '--key', fingerprint];
  expect((await run(...adding)).stderr).toContain('SNOWGUARD_TOKEN');
  const { content } = (await runAs(ada, ...adding, '--json')).json() as { readonly content: string };
  expect((await runAs(alan, 'token', 'list')).stderr).toContain('not valid here');
  expect((await runAs(ada, 'people', 'approve', content)).stderr).toContain('cannot approve it');
  expect((await runAs(grace, 'people', 'approve', content.slice(0, 15))).status).toBe(3);
  expect((await runAs(grace, 'people', 'approve', content.slice(0, 16))).status).toBe(0);
  expect((await run('people', '--json')).json()).toMatchObject({
    items: [
      { name: 'ada' },
      { name: 'alan', roles: ['analyst'] },
      { name: 'grace', roles: ['policy_admin', 'reviewer'] },
    ],
    proposals: [],
  });

  const laptop = await runAs(alan, 'token', 'create', '--label', 'laptop', '--scope', 'read', '--days', '7', '--json');
  expect(laptop.json()).toMatchObject({ label: 'laptop', scopes: ['read'], token: expect.stringMatching(/^sg_/) });
  const reading = { token: laptop.json().token as string };
  expect((await runAs(reading, 'token', 'list')).stderr).toContain('not one to act with');
  const robot = ['token', 'create', '--label', 'ci', '--workload', 'ci', '--scope', 'publish'];
  expect((await runAs(alan, ...robot)).stderr).toContain('only a policy admin');
  expect((await runAs(ada, ...robot)).stdout).toMatch(/^sg_/);
  expect((await runAs(ada, 'token', 'list', '--workloads', '--json')).json().items).toMatchObject([
    { holder: { kind: 'workload', name: 'ci', organisation: 'acme', flake: null }, createdBy: 'ada' },
  ]);
  expect((await runAs(alan, 'token', 'revoke', reading.token)).stdout).toContain('Revoked');
  expect((await runAs(reading, 'token', 'list')).stderr).toContain('not valid here');
});

test.each([
  [['people', 'add', 'x', '--role', 'king'], 'king is no role'],
  [['people', 'add', 'x', '--key', 'abc'], 'not the fingerprint'],
  [['token', 'create', '--label', 'x', '--scope', 'all'], 'all is no scope'],
  [['people', 'key', 'x'], '--key'],
])('called wrongly: %j', async (argv, said) => {
  expect(await run(...argv)).toMatchObject({ status: 2, stderr: expect.stringContaining(said) });
});
