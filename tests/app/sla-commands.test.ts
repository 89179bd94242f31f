/** The promise on the command line: an export that another machine checks, a rota with a hole, acts in nobody's name. */
import { generateKeyPairSync } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { advisory, match } from '../../src/pipeline/findings/testing.ts';
import { snowguard } from '../support/program.ts';
import { editSettings, inventoryWorkspace, opened } from '../support/workspaces.ts';

const day = 86_400_000;
let root: string;
let workspace: string;
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'snowguard-sla-'));
  workspace = path.join(root, 'workspace');
  await inventoryWorkspace(workspace, { channels: ['rolling'], feeds: [] });
});
afterAll(() => rm(root, { recursive: true, force: true }));

const inWorkspace = (...args: readonly string[]) => snowguard([...args, '-w', workspace]);

async function openFindings(folder = workspace): Promise<void> {
  await opened(folder, async ({ context }) => {
    const at = Date.now();
    const publishedAt = at - 20 * day;
    const ids = ['CVE-2027-1', 'CVE-2027-2'];
    await context.findings.update({
      channel: 'rolling',
      scope: { kind: 'channel' },
      matches: ids.map((id) => match(id, 'xz')),
      advisories: new Map(ids.map((id) => [id, { ...advisory(id), publishedAt, records: [] }])),
      packages: new Map([['xz', { version: '1.0', coveredSince: null, shippedSince: null }]]),
      at,
    });
  });
}

test('before there is a finding, everything says so and the export is whole', async () => {
  expect((await inWorkspace('sla', 'attainment')).stdout).toContain('Nothing was promised yet');
  expect((await inWorkspace('sla', 'forecast')).stdout).toContain('Nothing is due');
  expect((await inWorkspace('sla', 'pages')).stdout).toContain('Nobody was called');
  expect((await inWorkspace('sla', 'misses')).stdout).toContain('Nothing was matched later');
  expect(await inWorkspace('sla', 'misses', '--cases')).toMatchObject({ status: 0, stdout: '' });
  expect((await inWorkspace('sla', 'misses', '--cases', '--json')).stderr).toContain('cannot be used with');
  const file = path.join(root, 'empty.jsonl');
  expect((await inWorkspace('sla', 'export', file)).status).toBe(0);
  expect((await snowguard(['sla', 'verify', file])).status).toBe(0);
});

describe('with findings', () => {
  beforeAll(() => openFindings());

  test('a finding is explained by its number and by its name', async () => {
    const byName = await inWorkspace('sla', 'explain', 'CVE-2027-1/xz', '--json');
    const read = JSON.parse(byName.stdout);
    expect(read).toMatchObject({ advisoryId: 'CVE-2027-1', policy: 'standard version 1' });
    expect(read.clocks.map(({ name }: { readonly name: string }) => name)).toContain('bod2604');
    expect((await inWorkspace('sla', 'explain', read.id)).stdout).toContain('contract.remediation');
    const missing = await inWorkspace('sla', 'explain', 'CVE-1999-1');
    expect([missing.status, missing.stderr]).toEqual([2, expect.stringContaining('there is no finding')]);
  });

  test('an export is checked elsewhere, and an edited one is not believed', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const [pem, pub, file] = ['sla.pem', 'sla.pub', 'all.jsonl'].map((name) => path.join(root, name)) as [
      string,
      string,
      string,
    ];
    await writeFile(pem, privateKey.export({ type: 'pkcs8', format: 'pem' }));
    await writeFile(pub, publicKey.export({ type: 'spki', format: 'pem' }));
    expect((await inWorkspace('sla', 'export', file, '--key', pem)).status).toBe(0);
    const verified = await snowguard(['sla', 'verify', file, '--key', pub, '--json'], { cwd: tmpdir() });
    expect(JSON.parse(verified.stdout)).toMatchObject({ verdict: 'same', cases: 2, signature: 'trusted key' });
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace('"missed":2', '"missed":0'));
    const edited = await snowguard(['sla', 'verify', file, '--key', pub]);
    expect([edited.status, edited.stdout]).toEqual([
      1,
      expect.stringContaining('missed is published as 0, and recomputed as 2'),
    ]);
    expect((await snowguard(['sla', 'verify', path.join(root, 'nowhere')])).status).toBe(3);
    expect((await snowguard(['sla', 'verify', file, '--key', file])).stderr).toContain('no Ed25519 key');
  });

  test('the misses are told, also as CSV', async () => {
    expect((await inWorkspace('sla', 'attainment')).stdout).toContain('Broken promises');
    const { stdout } = await inWorkspace('sla', 'attainment', '--csv');
    expect(stdout.split('\r\n')[0]).toMatch(/^month,line,severity,response_in_time/);
  });

  test.each([
    ['sla', 'ack', '1'],
    ['sla', 'pause', '1', '--approve', 'f'.repeat(16)],
    ['sla', 'rate', '1', '--score', '9.9'],
    ['sla', 'record', '1', '--aware'],
  ])('%s %s in nobody’s name is refused', async (...args) => {
    const { status, stderr } = await snowguard([...args, '-w', workspace], {
      environment: { SNOWGUARD_TOKEN: undefined, XDG_CONFIG_HOME: root },
    });
    expect([status === 0, stderr]).toEqual([false, expect.stringContaining('token')]);
  });
});

test('a rota with a hole in the next two weeks fails the check', async () => {
  const soon = new Date(Date.now() + 3 * day).toISOString().slice(0, 10);
  const rota = (absences: string) => `schema = "rota/1"
person = [{ name = "ann", reviewer = true }, { name = "bob", reviewer = true, absences = [${absences}] }]
duty = [
  { role = "primary", people = ["ann"], starts = "2026-01-05" },
  { role = "second", people = ["bob"], starts = "2026-01-05" },
]\n`;
  await mkdir(path.join(workspace, 'holidays'), { recursive: true });
  await editSettings(workspace, (text) => `${text}\n[sla]\nrota = "rota.toml"\n`);
  await writeFile(path.join(workspace, 'rota.toml'), rota(''));
  expect((await inWorkspace('config', 'check')).stdout).toContain('somebody is on duty in every hour');
  await writeFile(path.join(workspace, 'rota.toml'), rota(`{ from = "${soon}", until = "${soon}" }`));
  const broken = await inWorkspace('config', 'check');
  expect([broken.status, broken.stdout]).toEqual([
    1,
    expect.stringContaining(`no qualified second reviewer from ${soon}`),
  ]);
  expect((await inWorkspace('sla', 'rota')).stdout).toContain('primary  ann');
  await writeFile(path.join(workspace, 'rota.toml'), rota('').replace('bob"]', 'zoe"]'));
  expect((await inWorkspace('config', 'check')).stderr).toContain('zoe is no [[person]]');
});

test('a policy of business days needs its holiday file, and has it in every case', async () => {
  const folder = path.join(root, 'business');
  await inventoryWorkspace(folder, { channels: ['rolling'], feeds: [] });
  const policy = path.join(folder, 'policy.toml');
  const terms = 'day = "business"\nzone = "Europe/Berlin"\nholidays = "de-BE"';
  await writeFile(policy, (await readFile(policy, 'utf8')).replace('day = "elapsed"', terms));
  const without = await snowguard(['config', 'check', '-w', folder]);
  expect([without.status, without.stderr]).toEqual([3, expect.stringContaining('no holiday file de-BE')]);

  await mkdir(path.join(folder, 'holidays'));
  const year = new Date().getUTCFullYear();
  await writeFile(
    path.join(folder, 'holidays', 'de-BE.toml'),
    `schema = "holidays/1"\nregion = "Berlin"\nsource = "Feiertagsgesetz Berlin"\nvalid_until = "${year + 2}-12-31"\ndates = ["${year}-05-01"]\n`,
  );
  await openFindings(folder);
  const explained = await snowguard(['sla', 'explain', 'CVE-2027-1/xz', '--json', '-w', folder]);
  const { clocks } = JSON.parse(explained.stdout);
  const due = clocks.find(({ name }: { readonly name: string }) => name === 'contract.remediation').dueAt;
  // Deadlines end with a day in Berlin.
  const time = new Date(due).toLocaleTimeString('en-GB', { timeZone: 'Europe/Berlin' });
  expect(time).toBe('00:00:00');
});
