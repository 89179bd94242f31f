/** LC-03 on a whole workspace: an edited policy.toml changes no deadline until two policy admins agreed, by command or page. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { httpAppOf } from '../../src/app/http-app.ts';
import { latestEvents } from '../../src/journal/index.ts';
import { advisory, match } from '../../src/pipeline/findings/testing.ts';
import { planAlertsJob } from '../../src/worker/jobs/plan-alerts.ts';
import { commandLine } from '../support/command-line.ts';
import { inventoryWorkspace, opened } from '../support/workspaces.ts';

const day = 86_400_000;
const tokens = new Map<string, string>();
let folder: string;

const run = async (name: string | null, ...args: readonly string[]) => {
  const token = name === null ? {} : { SNOWGUARD_TOKEN: tokens.get(name) };
  const environment = { HOME: folder, PATH: process.env.PATH, ...token };
  return commandLine([...args, '-w', folder], { cwd: folder, environment });
};
const edited = async (edit: (text: string) => string) => {
  const file = path.join(folder, 'policy.toml');
  await writeFile(file, edit(await readFile(file, 'utf8')));
};
const asked = (place: string, name: string, form?: Readonly<Record<string, string>>) =>
  opened(folder, async (workspace) => {
    const headers = { Authorization: `Bearer ${tokens.get(name)}`, Accept: 'text/html' };
    const init = form === undefined ? {} : { method: 'POST', body: new URLSearchParams(form) };
    const answer = await httpAppOf(workspace).request(place, { ...init, headers });
    return { status: answer.status, text: await answer.text() };
  });
/** The version that a finding opened now is under. */
const openedUnder = (id: string) =>
  opened(folder, async ({ context: { findings } }) => {
    const at = Date.now();
    await findings.update({
      channel: 'rolling',
      scope: { kind: 'advisories', ids: [id] },
      matches: [match(id, 'xz')],
      advisories: new Map([[id, { ...advisory(id), publishedAt: at - day, records: [] }]]),
      packages: new Map([['xz', { version: '1.0', coveredSince: null, shippedSince: null }]]),
      at,
    });
    const [one] = await findings.byAdvisories([id]);
    return (await findings.caseOf(one?.finding.id ?? ''))?.policy.version;
  });

/** Every message that was planned until now: who gets it, and what it says. */
const messages = () =>
  opened(folder, async ({ context }) => {
    await planAlertsJob({ context, subject: '', signal: new AbortController().signal });
    const { items } = await context.alerts.deliveries({ state: null, target: null, after: null, limit: 100 });
    return items.map(({ subscriber, message }) => `${subscriber}: ${message.subject}`);
  });
const subscriptions = ['ada', 'grace', 'everybody'].map(
  (name) => `[[subscription]]\nsubscriber = "${name}"\ntargets = ["hook"]\nkinds = ["release.published"]\n`,
);
const hook = '[[target]]\nname = "hook"\nchannel = "webhook"\nurl = "https://example.org/hook"\nsecret_env = "HOOK"\n';

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'snowguard-policy-'));
  await inventoryWorkspace(folder, { channels: ['rolling'], feeds: [], more: hook + subscriptions.join('') });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('before the first start there is nothing to hold the file against', async () => {
  const { status, stdout } = await run(null, 'config', 'check', '--json');
  expect([status, JSON.parse(stdout).policyNotice]).toEqual([0, null]);
});

test('a founded house keeps what was in force when the file is edited, and says so everywhere', async () => {
  expect((await run(null, 'policy')).stdout).toMatch(/In force: standard version 1, taken as it was, before approval/);
  for (const name of ['ada', 'grace']) {
    const added = await run(null, 'people', 'add', name, '--role', 'policy_admin', '--json');
    tokens.set(name, JSON.parse(added.stdout).token);
  }
  expect(await openedUnder('CVE-2027-1')).toBe(1);
  await edited((text) => text.replace('remediation = "P7D"', 'remediation = "P70D"'));
  const mistaken = await run(null, 'status');
  expect(mistaken.stderr).toMatch(/cannot take effect: findings were opened under other terms.*a higher version/);
  await edited((text) =>
    text.replace('version = 1', 'version = 2').replace('approved_by = []', 'approved_by = ["ada", "grace"]'),
  );
  expect(await openedUnder('CVE-2027-2')).toBe(1);
  const notice = 'nobody approved it; standard version 1 stays in force';
  for (const args of [['status'], ['sla', 'attainment'], ['people']])
    expect((await run(null, ...args)).stderr).toContain(notice);
  const checked = await run(null, 'config', 'check');
  expect([checked.status, checked.stdout]).toEqual([1, expect.stringContaining(notice)]);
  expect(JSON.parse((await run(null, 'status', '--json')).stdout).policyNotice).toContain(notice);
  expect((await asked('/', 'ada')).text).toContain(notice);
  const { stdout } = await run(null, 'policy');
  expect(stdout).toContain('windows.critical.remediation: P7D becomes P70D');
});

test('one proposes and another approves: from then on new findings are under it, and the old ones as before', async () => {
  expect((await run(null, 'policy', 'propose')).stderr).toContain('SNOWGUARD_TOKEN');
  const proposed = await run('ada', 'policy', 'propose', '--json');
  const { content } = JSON.parse(proposed.stdout);
  expect(await messages()).toEqual(['grace: ada proposed: the terms standard version 2']);
  const alone = await run('ada', 'policy', 'approve', content);
  expect([alone.status, alone.stderr]).toEqual([3, expect.stringContaining('who proposed it cannot approve it')]);
  expect((await asked('/policy/approve', 'ada', { content })).text).toContain('who proposed it cannot approve it');
  // What is approved is what was proposed, whatever the file says by now.
  await edited((text) => text.replace('remediation = "P70D"', 'remediation = "P700D"'));
  expect(await openedUnder('CVE-2027-3')).toBe(1);
  const page = await asked('/policy', 'grace');
  expect(page.text).toMatch(/proposed by ada[\s\S]*windows\.critical\.remediation: P7D becomes P70D[\s\S]*Approve/);
  expect((await asked('/policy/approve', 'grace', { content })).status).toBe(303);
  const events = await opened(folder, ({ database }) =>
    latestEvents(database, { kinds: ['sla.terms-taken'], limit: 1 }),
  );
  expect(events).toMatchObject([{ actor: 'grace', payload: { content, proposedBy: 'ada', basis: 'approved' } }]);
  expect(await messages()).toContain('ada: grace approved: the terms standard version 2');
  expect(await openedUnder('CVE-2027-4')).toBe(2);
  const read = JSON.parse((await run(null, 'sla', 'explain', 'CVE-2027-1/xz', '--json')).stdout);
  expect(read.policy).toBe('standard version 1');
  expect((await run(null, 'policy', 'history')).stdout).toMatch(/version 2 .*by ada, approved by grace\n.*version 1 /);
  const file = path.join(folder, 'all.jsonl');
  expect((await run(null, 'sla', 'export', file)).status).toBe(0);
  const verified = await commandLine(['sla', 'verify', file, '--json'], { cwd: folder, environment: {} });
  expect(JSON.parse(verified.stdout)).toMatchObject({ verdict: 'same', cases: 4 });
});

test('a page is for people of the house, and a file that cannot be read changes nothing', async () => {
  const stranger = await opened(folder, async (workspace) => httpAppOf(workspace).request('/policy'));
  expect([stranger.status, stranger.headers.get('location')]).toEqual([303, '/sign-in?next=%2Fpolicy']);
  const text = await opened(folder, async (workspace) => {
    await edited(() => 'schema = ');
    return (await httpAppOf(workspace).request('/')).text();
  });
  expect(text).toContain('The policy file cannot be read; what was in force stays so.');
});
