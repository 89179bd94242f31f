/** Who keeps a flake, who is let in and who is not, all on the command line, beside a server that everybody asks. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { httpSideOf } from '../../src/app/http-app.ts';
import type { Workspace } from '../../src/app/index.ts';
import { type Listening, listen } from '../../src/app/listen.ts';
import { commandLine } from '../support/command-line.ts';
import { freePort } from '../support/program.ts';
import { ask, packedFlake, push } from '../support/registry-world.ts';
import { editSettings, inventoryWorkspace, openHere } from '../support/workspaces.ts';

let folder = '';
let origin = '';
let workspace: Workspace;
let listening: Listening;
/** The tokens of people and of the CI, by name. */
const tokens: Record<string, string> = {};

/** A command, as whoever has the token of that name. */
async function runAs(who: string | null, ...argv: readonly string[]) {
  const environment = {
    ...(who === null ? {} : { SNOWGUARD_TOKEN: tokens[who] ?? '' }),
    SNOWGUARD_SERVER: origin,
    XDG_CONFIG_HOME: path.join(folder, 'nobody'),
    PATH: process.env.PATH,
  };
  const { status, stdout: out, stderr: talk } = await commandLine(argv, { cwd: path.join(folder, 'ws'), environment });
  return { status, out, talk, json: () => JSON.parse(out) };
}
const jsonAs = async (who: string | null, ...argv: readonly string[]) => {
  const said = await runAs(who, ...argv, '--json');
  expect([said.status, said.talk]).toEqual([0, '']);
  return said.json();
};
const refused = (text: string | RegExp, status = 3) => ({
  status,
  out: '',
  talk: typeof text === 'string' ? expect.stringContaining(text) : expect.stringMatching(text),
});
const http = (target: string, headers: Readonly<Record<string, string>> = {}) =>
  ask(Number(new URL(origin).port), target, { headers });
const publish = (name: string, version: string, visibility: string) =>
  push(
    { origin, ask: (target, given) => ask(Number(new URL(origin).port), target, given ?? {}) },
    {
      token: tokens.ci ?? '',
      name,
      version,
      tarball: packedFlake({ 'flake.nix': `{ outputs = _: { v = "${version}"; }; }\n` }),
      body: { visibility },
    },
  );

async function admit(name: string) {
  const made = await runAs(null, 'token', 'new', '--force', '--json');
  const { file, fingerprint } = made.json() as { readonly file: string; readonly fingerprint: string };
  tokens[name] = (await readFile(file, 'utf8')).trim();
  await rm(file);
  const email = `${name}@example.org`;
  const adding = await jsonAs('ada', 'people', 'add', name, '--email', email, '--key', fingerprint);
  await jsonAs('grace', 'people', 'approve', adding.content as string);
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'snowguard-flakes-'));
  const port = await freePort();
  origin = `http://127.0.0.1:${port}`;
  await inventoryWorkspace(path.join(folder, 'ws'), {
    channels: ['secure'],
    feeds: [],
    more: `\n[listen]\nport = ${port}\n`,
  });
  await editSettings(path.join(folder, 'ws'), (text) => `public_url = "${origin}"\n${text}`);
  for (const [name, ...roles] of [
    ['ada', 'policy_admin'],
    ['grace', 'policy_admin', 'release_manager'],
  ] as const)
    tokens[name] = (await jsonAs(null, 'people', 'add', name, ...roles.flatMap((role) => ['--role', role])))
      .token as string;
  for (const name of ['olga', 'alan']) await admit(name);
  workspace = await openHere(path.join(folder, 'ws'));
  listening = await listen({ ...httpSideOf(workspace), host: '127.0.0.1', port });
});
afterAll(async () => {
  await listening?.close();
  await workspace?.close();
  await rm(folder, { recursive: true, force: true });
});

test('a policy admin gives the CI of a flake a token; it publishes that flake and no other', async () => {
  expect(await runAs(null, 'flake', 'list')).toMatchObject({ status: 0, out: expect.stringContaining('no flake yet') });
  const granting = ['flake', 'grant', 'acme/tool', '--name', 'ci-of-tool', '--publish'];
  expect(await runAs(null, ...granting)).toMatchObject(refused('SNOWGUARD_TOKEN'));
  expect(await runAs('olga', ...granting)).toMatchObject(refused('made by policy admins'));
  const plain = await runAs('ada', 'flake', 'grant', 'acme/tool', '--name', 'farm', '--days', '7');
  expect(plain.out).toMatch(
    /^It is shown once\. In a netrc file:\n {2}machine 127\.0\.0\.1 login token password sg_\S+\n$/,
  );
  tokens.farm = /sg_\S+/.exec(plain.out)?.[0] ?? '';
  tokens.ci = (await jsonAs('ada', ...granting)).text as string;
  for (const version of ['1.0.0', '1.1.0'])
    expect((await publish('acme/tool', version, 'private')).map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  expect((await publish('acme/other', '1.0.0', 'private')).at(-1)?.status).toBe(401);
  expect((await runAs(null, 'flake', 'list')).out).toMatch(
    /^acme\/tool +private +1\.1\.0 +2 releases +A tool · nix · tools\n$/,
  );
});

describe('a private flake', () => {
  const sees = async (who: string | null) => ((await jsonAs(who, 'list')) as readonly unknown[]).length;

  test('is there for whoever signed in and may read it: to list, to add, to move to and back', async () => {
    expect(await Promise.all([null, 'alan', 'farm', 'ci', 'grace'].map(sees))).toEqual([0, 0, 1, 1, 1]);
    const adding = ['add', 'acme/tool/1', '--flake-path', path.join(folder, 'flake.nix')];
    const nothing = 'there is no flake acme/tool here';
    expect(await runAs(null, ...adding)).toMatchObject(refused(nothing));
    expect((await runAs(null, ...adding)).talk).toContain(`snowguard login ${origin}`);
    expect(await runAs('alan', ...adding)).toMatchObject(refused(nothing));
    expect((await runAs('alan', ...adding)).talk).not.toContain('snowguard login');
    expect(await runAs('farm', ...adding)).toMatchObject({ status: 0, out: `tool: ${origin}/f/acme/tool/1\n` });
    expect((await runAs('farm', 'list', 'acme/tool')).out).toMatch(/^1\.1\.0 .*\n1\.0\.0 /);
    const ejecting = ['eject', '--flake-path', path.join(folder, 'flake.nix')];
    expect((await runAs(null, ...ejecting)).out).not.toContain('github:');
    expect(await runAs('farm', ...ejecting)).toMatchObject({
      status: 0,
      out: expect.stringMatching(/becomes github:acme\/tool\/1\.1\.0\n$/),
    });
    const converting = ['convert', '--no-lock', '--flake-path', path.join(folder, 'flake.nix')];
    expect((await runAs(null, ...converting)).out).not.toContain(origin);
    expect((await runAs('farm', ...converting)).out).toMatch(new RegExp(`becomes ${origin}/f/acme/tool/`));
  });

  test('a token that is no longer good is told so, also where a stranger would be answered', async () => {
    tokens.wrong = 'sg_0000000000000000_wrong';
    for (const argv of [['list'], ['add', 'acme/tool'], ['search', 'x'], ['list', 'acme/tool']])
      expect(await runAs('wrong', ...argv)).toMatchObject(refused(/does not take the token.*\n.*snowguard login/));
  });

  test('signing in is enough: the token is found where login keeps it', async () => {
    const netrc = path.join(folder, 'nobody', 'nix', 'netrc');
    expect((await runAs('farm', 'login', '--yes')).status).toBe(0);
    expect(await readFile(netrc, 'utf8')).toContain(tokens.farm ?? '?');
    expect(await sees(null)).toBe(1);
    expect((await runAs(null, 'logout', '--yes')).status).toBe(0);
    expect(await sees(null)).toBe(0);
  });

  test('an owner lets people in and out, at once', async () => {
    const allow = (who: string, ...argv: readonly string[]) => runAs(who, 'flake', 'allow', ...argv);
    expect((await runAs(null, 'flake', 'members', 'acme')).out).toContain('Nobody was let into acme');
    expect(await allow('olga', 'acme/tool', 'olga', '--role', 'owner')).toMatchObject(refused(/./));
    expect(await allow('ada', 'acme/tool', 'olga', '--role', 'owner')).toMatchObject({
      status: 0,
      out: 'olga is owner of acme/tool\n',
    });
    expect(await allow('olga', 'acme/tool', 'alan')).toMatchObject({ out: 'alan is reader of acme/tool\n' });
    expect(await allow('olga', 'acme/tool', 'alan')).toMatchObject({
      out: 'alan is reader of acme/tool (as before)\n',
    });
    expect(await Promise.all(['alan', 'olga', null].map(sees))).toEqual([1, 1, 0]);
    expect((await jsonAs(null, 'flake', 'members', 'ACME')).items).toMatchObject([
      { person: 'alan', flake: 'tool', role: 'reader', grantedBy: 'olga' },
      { person: 'olga', flake: 'tool', role: 'owner', grantedBy: 'ada' },
    ]);
    expect(await allow('olga', 'acme', 'alan')).toMatchObject(refused(/./));
    expect(await allow('alan', 'acme/tool', 'alan', '--role', 'owner')).toMatchObject(refused(/./));
    expect(await allow('olga', 'acme/tool', 'nobody')).toMatchObject(refused('snowguard people list'));
    expect(await allow('olga', 'acme/tool/more', 'alan')).toMatchObject(refused('neither an organisation', 2));
    expect(await allow('olga', 'acme/tool', 'alan', '--role', 'king')).toMatchObject(refused('king', 2));
    expect(await runAs('olga', 'flake', 'disallow', 'acme/tool', 'alan')).toMatchObject({
      out: 'alan was let out of acme/tool\n',
    });
    expect(await sees('alan')).toBe(0);
  });

  test('who keeps it says who may see it and what it is', async () => {
    const say = (who: string, verb: string, ...argv: readonly string[]) =>
      runAs(who, 'flake', verb, 'ACME/tool', ...argv);
    expect(await say('alan', 'visibility', 'public')).toMatchObject(refused(/./));
    expect(await say('olga', 'visibility', 'secret')).toMatchObject(refused('secret', 2));
    expect((await say('olga', 'visibility', 'unlisted')).out).toMatch(/^acme\/tool is unlisted\n/);
    expect([await sees(null), (await http('/f/acme/tool/1')).status]).toEqual([0, 307]);
    expect((await say('olga', 'visibility', 'public')).out).toMatch(/^acme\/tool is public\n/);
    expect((await say('olga', 'visibility', 'public')).out).toContain('(as before)');
    expect(await sees(null)).toBe(1);
    expect((await say('olga', 'label', 'Beta', 'alpha')).out).toContain('  alpha beta\n');
    expect(await say('olga', 'label', 'no good')).toMatchObject(refused('label'));
    expect((await say('grace', 'describe', 'Counts things')).out).toContain('  Counts things\n');
    expect(JSON.parse((await http('/label/beta')).text)).toMatchObject([{ description: 'Counts things' }]);
    expect((await say('olga', 'describe', ' ')).out).toContain('  no description\n');
    expect((await say('olga', 'label')).out).toContain('  no labels\n');
    expect(await runAs('ada', 'flake', 'label', 'acme/none', 'x')).toMatchObject(refused('no flake acme/none', 2));
    expect(await runAs('ada', 'flake', 'label', 'acme', 'x')).toMatchObject(refused('not the name of a flake', 2));
    // A channel's flake may be spoken of before its first release.
    expect((await runAs('grace', 'flake', 'label', 'acme/secure', 'nixpkgs')).status).toBe(0);
  });

  test('a withdrawn release resolves no more, its lock works, and it can come back', async () => {
    const pinned = (await http('/f/acme/tool/1')).headers.location?.slice(origin.length) ?? '';
    expect(pinned).toContain('/1.1.0/');
    const yank = (verb: string, who: string, version: string, ...more: readonly string[]) =>
      runAs(who, 'flake', verb, 'acme/tool', version, ...more);
    const why = ['--reason', 'does not start'];
    expect(await yank('yank', 'olga', '1.1.0')).toMatchObject(refused('--reason', 2));
    expect(await yank('yank', 'alan', '1.1.0', ...why)).toMatchObject(refused(/./));
    expect(await yank('yank', 'olga', '9.9.9', ...why)).toMatchObject(refused('no release 9.9.9', 2));
    expect(await yank('yank', 'olga', '1.1.0', ...why)).toMatchObject({
      status: 0,
      out: expect.stringContaining('acme/tool 1.1.0 is withdrawn'),
    });
    expect((await http('/f/acme/tool/1')).headers.location).toContain('/1.0.0/');
    expect((await http(pinned)).status).toBe(200);
    expect((await jsonAs(null, 'flake', 'list')).items).toContainEqual(
      expect.objectContaining({ flake: 'tool', newest: '1.0.0', releases: 1, withdrawn: 1 }),
    );
    expect((await yank('unyank', 'olga', '1.1.0', ...why)).out).toContain('1.1.0 is back');
    expect((await http('/f/acme/tool/1')).headers.location).toContain('/1.1.0/');
  });
});
