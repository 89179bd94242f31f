/** An unmodified git reads a channel and proposes a change to it, over HTTP, and can do nothing else. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort, run } from '../support/program.ts';
import { type Server, startServer } from '../support/server.ts';
import { opened } from '../support/workspaces.ts';

let root: string;
let workspace: string;
let server: Server;
const tokens = new Map<string, string>();

beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'snowguard-push-'));
  workspace = path.join(root, 'ws');
  server = await startServer({ workspace, port: await freePort(), args: ['--starter'] });
  await server.up();
  await opened(workspace, async ({ accounts, clock }) => {
    const { makeCredential } = await import('../../src/accounts/index.ts');
    for (const [name, roles] of [
      ['ada', ['policy_admin', 'reviewer']],
      ['ben', ['policy_admin', 'auditor']],
    ] as const) {
      const made = makeCredential('sg', (size) => crypto.getRandomValues(new Uint8Array(size)));
      const founder = {
        name,
        roles,
        email: `${name}@example.org`,
        identity: null,
        key: { id: made.id, secretHash: made.secretHash },
      };
      const outcome = await accounts.people.found({ founder, at: clock.now() });
      expect(outcome.kind).toBe('done');
      tokens.set(name, made.text);
    }
  });
}, 120_000);
afterAll(async () => {
  await server?.stop();
  await rm(root, { recursive: true, force: true });
});

const addressFor = (name: string | null) => {
  const host = new URL(server.origin).host;
  return `http://${name === null ? '' : `${name}:${tokens.get(name) ?? name}@`}${host}/git/rolling.git`;
};
const git = (cwd: string, ...args: readonly string[]) =>
  run('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', ...args], {
    cwd,
    environment: { GIT_TERMINAL_PROMPT: '0', GIT_CONFIG_GLOBAL: '/dev/null' },
  });
const reviews = () =>
  opened(workspace, ({ context }) => context.reviews.list({ channel: null, state: null, before: null, limit: 50 }));

test('everybody clones the channel and sees no review or proposal', async () => {
  expect(await git(root, 'clone', '--quiet', addressFor(null), 'clone')).toMatchObject({ status: 0 });
  const refs = await git(path.join(root, 'clone'), 'ls-remote', 'origin');
  expect(
    refs.stdout
      .trim()
      .split('\n')
      .map((line) => line.split('\t')[1]),
  ).toEqual(['HEAD', 'refs/heads/rolling', 'refs/upstream/rolling']);
});

test('a push to refs/for/<channel> becomes a review of its author; the channel does not move', async () => {
  const clone = path.join(root, 'clone');
  const file = path.join(clone, 'pkgs/by-name/rs/rsync/package.nix');
  await writeFile(file, (await readFile(file, 'utf8')).replace('Fast incremental', 'Incremental'));
  await git(clone, 'commit', '--quiet', '-am', 'rsync: no boasting');
  const head = (await git(clone, 'rev-parse', 'HEAD')).stdout.trim();
  const before = (await git(clone, 'ls-remote', 'origin', 'refs/heads/rolling')).stdout;
  expect(await git(clone, 'push', addressFor('ada'), 'HEAD:refs/for/rolling')).toMatchObject({ status: 0 });
  for (let tries = 0; tries < 100; tries++) {
    if ((await reviews()).some(({ candidate }) => candidate === head)) break;
    await sleep(100);
  }
  expect((await reviews()).find(({ candidate }) => candidate === head)).toMatchObject({ how: 'fix', author: 'ada' });
  expect((await git(clone, 'ls-remote', 'origin', 'refs/heads/rolling')).stdout).toBe(before);
});

test.each([
  ['into the channel itself', 'ada', 'HEAD:refs/heads/rolling', /hidden ref|rejected/],
  ['to another channel by this one', 'ada', 'HEAD:refs/for/other', /hidden ref|rejected/],
  ['over what another review stands on', 'ada', 'HEAD:refs/reviews/rolling/x', /hidden ref|rejected/],
  ['without a name', null, 'HEAD:refs/for/rolling', /could not read Username|Authentication failed/],
  ['with a token that is none', 'mallory', 'HEAD:refs/for/rolling', /Authentication failed|401|could not read/],
  ['without a role that proposes', 'ben', 'HEAD:refs/for/rolling', /403|not allow/],
])('refused: %s', async (_, who, refspec, message) => {
  const known = (await reviews()).length;
  const pushed = await git(path.join(root, 'clone'), 'push', '--force', addressFor(who), refspec);
  expect(pushed.status).not.toBe(0);
  expect(pushed.stderr).toMatch(message);
  expect((await reviews()).length).toBe(known);
});

test.each(['/git/rolling.git/config', '/git/rolling.git/HEAD', '/git/../snowguard.db', '/git/none.git/info/refs'])(
  'there is nothing at %s',
  async (place) => {
    const answer = await fetch(`${server.origin}${place}?service=git-upload-pack`);
    expect([401, 404]).toContain(answer.status);
  },
);
