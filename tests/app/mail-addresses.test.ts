/** A mail address that a command subscribes is asked by a real mail server, agrees on the page behind the link, and is told. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { httpAppOf } from '../../src/app/http-app.ts';
import { mailReceiver } from '../../src/pipeline/alerts/channels/email/testing.ts';
import { snowguard } from '../support/program.ts';
import { inventoryWorkspace, opened } from '../support/workspaces.ts';

let root: string;
let workspace: string;
let server: Awaited<ReturnType<typeof mailReceiver>>;
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'snowguard-mail-'));
  workspace = path.join(root, 'workspace');
  server = await mailReceiver();
  await inventoryWorkspace(workspace, {
    channels: ['rolling'],
    feeds: [],
    more: `[network]
allow_hosts = ["127.0.0.1:${server.port}"]
[[target]]
name = "mail"
channel = "email"
host = "127.0.0.1"
port = ${server.port}
security = "none"
from = "Snowguard <security@example.org>"
[[subscription]]
subscriber = "team"
targets = ["mail"]
address = "team@example.org"
kinds = ["release.yanked"]
`,
  });
});
afterAll(async () => {
  server.close();
  await rm(root, { recursive: true, force: true });
});

const alerts = (...args: readonly string[]) => snowguard(['alerts', ...args, '-w', workspace]);
const subscribe = (...more: readonly string[]) =>
  alerts('subscribe', 'ada', '--target', 'mail', '--address', 'ada@example.org', ...more);
const textOf = (raw = '') => raw.replaceAll(/=\r?\n/g, '').replaceAll('=3D', '=');

test('asked, asked again, agreed', { timeout: 120_000 }, async () => {
  const made = await subscribe('--json');
  expect(made).toMatchObject({ status: 0 });
  const { id, confirmBy, ...rest } = JSON.parse(made.stdout) as { readonly id: string; readonly confirmBy: number };
  expect(confirmBy - Date.now()).toBeGreaterThan(71 * 3_600_000);
  expect(JSON.stringify(rest)).not.toMatch(/token/i);
  // The mail left before the command ended.
  expect(server.mails.map(({ to }) => to)).toEqual(['ada@example.org']);
  const listed = await alerts('subscriptions');
  expect(listed.stdout).toMatch(/ada .*not confirmed by ada@example\.org, ends 20/);
  expect(listed.stdout).toMatch(/team .*release\.yanked$/m);

  expect(await alerts('ask', id)).toMatchObject({ status: 0, stdout: expect.stringContaining('Asked again') });
  expect(server.mails).toHaveLength(2);
  const { pathname } = new URL(/Confirm: (\S+)/.exec(textOf(server.mails[1]?.raw))?.[1] ?? '');
  await opened(workspace, async (open) => {
    const app = httpAppOf(open);
    expect(await (await app.request(pathname, { headers: { Accept: 'text/html' } })).text()).toContain(
      'Yes, send them',
    );
    expect((await app.request(pathname, { method: 'POST' })).status).toBe(200);
    expect((await app.request(pathname, { method: 'POST' })).status).toBe(410);
  });
  expect((await alerts('subscriptions')).stdout).not.toContain('not confirmed');
  const late = await alerts('ask', id);
  expect([late.status === 0, late.stderr]).toEqual([false, expect.stringContaining('waits for its address')]);
});

test('who is vouched for is not asked', { timeout: 60_000 }, async () => {
  server.mails.length = 0;
  const made = await alerts('subscribe', 'bob', '-t', 'mail', '--address', 'bob@example.org', '--confirmed');
  expect(made).toMatchObject({ status: 0, stdout: expect.stringContaining('bob is told from now on') });
  expect(server.mails).toEqual([]);
});
