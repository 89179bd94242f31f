/** A vulnerability that no record ends, and one that only another distribution fixed: on its list, taken on by a person, and from then on work like any other. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { commandLine } from '../support/command-line.ts';
import { inventoryWorkspace, opened } from '../support/workspaces.ts';

/** As Bitnami writes BIT-sqlite-2024-0232: a beginning, and no end. */
const sqlite = {
  schema_version: '1.5.0',
  id: 'BIT-sqlite-2024-0232',
  aliases: ['CVE-2024-0232'],
  details: 'A heap use-after-free issue has been identified in SQLite in the jsonParseAddNodeArray() function.',
  modified: '2025-05-20T10:02:07.006Z',
  published: '2024-03-06T11:08:57.404Z',
  affected: [
    {
      package: { ecosystem: 'Bitnami', name: 'sqlite', purl: 'pkg:bitnami/sqlite' },
      severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:N/I:N/A:L' }],
      ranges: [{ type: 'SEMVER', events: [{ introduced: '3.43.0' }] }],
    },
  ],
};
/** Facts of https://security-tracker.debian.org/tracker/CVE-2026-4878 and a neighbour, retyped. */
const tracker = {
  libcap2: {
    'CVE-2026-4878': {
      releases: { sid: { status: 'resolved', fixed_version: '1:2.78-1', urgency: 'not yet assigned' } },
    },
  },
  xz: {
    'CVE-2026-34743': {
      releases: {
        trixie: { status: 'resolved', fixed_version: '5.8.1-1+deb13u1', urgency: 'not yet assigned' },
        sid: { status: 'resolved', fixed_version: '5.8.3-1', urgency: 'not yet assigned' },
      },
    },
    'CVE-2020-22916': { releases: { sid: { status: 'open', urgency: 'unimportant' } } },
    'CVE-2022-1271': {
      releases: { sid: { status: 'resolved', fixed_version: '5.2.5-2.1', urgency: 'not yet assigned' } },
    },
  },
};
const carried = [
  ['sqlite', '3.50.4'],
  ['sqlite-interactive', '3.50.4'],
  ['xz', '5.8.1'],
].map(([attr, version]) =>
  JSON.stringify({ attr, system: 'x86_64-linux', pname: attr, version, name: `${attr}-${version}` }),
);
let folder: string;
let ana = '';

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'snowguard-unbounded-'));
  await mkdir(path.join(folder, 'bitnami'));
  await writeFile(path.join(folder, 'bitnami', `${sqlite.id}.json`), JSON.stringify(sqlite));
  await writeFile(path.join(folder, 'tracker.json'), JSON.stringify(tracker));
  await writeFile(path.join(folder, 'carried.jsonl'), carried.join('\n'));
  await inventoryWorkspace(folder, {
    channels: ['rolling'],
    feeds: [`osv-bitnami.path = "${folder}/bitnami"`, `debian.path = "${folder}/tracker.json"`],
  });
  expect((await run('', 'scan', '--inventory', path.join(folder, 'carried.jsonl'))).status).toBe(0);
  expect((await run('', 'sync')).status).toBe(0);
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

async function run(token: string, ...argv: readonly string[]) {
  const environment = { SNOWGUARD_TOKEN: token, SNOWGUARD_WORKSPACE: folder, XDG_CONFIG_HOME: folder };
  return commandLine(argv, { cwd: folder, environment });
}

const listed = async () => JSON.parse((await run('', 'triage', 'unbounded', '--json')).stdout);
const queued = async () => {
  const { items } = JSON.parse((await run('', 'triage', 'queue', '--json')).stdout);
  return items.flatMap(({ findings }: { readonly findings: readonly { readonly attr: string }[] }) =>
    findings.map(({ attr }) => attr),
  );
};

async function founder(name: string, ...roles: readonly string[]): Promise<string> {
  const added = await run('', 'people', 'add', name, '--email', `${name}@example.org`, '--role', ...roles);
  return /sg_\S+/.exec(added.stdout)?.[0] ?? '';
}

test('it waits apart from the queue until it is taken on', async () => {
  expect(await listed()).toMatchObject({
    items: [
      {
        advisoryId: 'CVE-2024-0232',
        packages: [
          { channel: 'rolling', attr: 'sqlite', version: '3.50.4' },
          { channel: 'rolling', attr: 'sqlite-interactive' },
        ],
      },
    ],
    next: null,
    total: 1,
  });
  expect((await run('', 'triage', 'unbounded')).stdout).toMatch(/CVE-2024-0232 +low +sqlite 3\.50\.4 \(rolling\)/);
  expect(await queued()).toEqual([]);
  await opened(folder, async ({ reads }) => {
    expect((await reads.overview()).urgent).toEqual([]);
  });

  expect(await run('', 'triage', 'unbounded', '--take', 'CVE-2024-0232')).toMatchObject({ status: 3 });
  const ada = await founder('ada', 'policy_admin');
  expect((await run(ada, 'triage', 'unbounded', '--take', 'CVE-2024-0232')).stderr).toContain('only an analyst');
  ana = await founder('ana', 'policy_admin', '--role', 'analyst');
  expect((await run(ana, 'triage', 'unbounded', '--take', 'CVE-2024-0232', '--attr', 'xz')).stderr).toContain(
    'waits there for no such package',
  );
  const taken = await run(ana, 'triage', 'unbounded', '--take', 'bit-SQLite-2024-0232', '--attr', 'sqlite');
  expect(taken.stdout).toContain('CVE-2024-0232 waits in the queue for sqlite, taken on by ana');
  expect(await queued()).toEqual(['sqlite']);
  expect((await listed()).items[0].packages).toMatchObject([{ attr: 'sqlite-interactive' }]);
}, 120_000);

test('what only another distribution fixed waits on a list beside it', async () => {
  const of = async () => JSON.parse((await run('', 'triage', 'unbounded', '--kind', 'elsewhere', '--json')).stdout);
  expect(await of()).toMatchObject({
    items: [
      {
        advisoryId: 'CVE-2026-34743',
        packages: [
          {
            attr: 'xz',
            version: '5.8.1',
            fixedIn: '5.8.3',
            explanation: expect.stringContaining('debian fixed it in xz/sid with 5.8.3-1'),
          },
        ],
      },
    ],
    total: 1,
  });
  expect((await run('', 'triage', 'unbounded', '--kind', 'elsewhere')).stdout).toMatch(
    /CVE-2026-34743 +unknown +xz 5\.8\.1, fixed in 5\.8\.3 \(rolling\)/,
  );
  expect((await run('', 'explain', 'CVE-2026-34743', 'xz')).stdout).toContain('debian fixed it in xz/');
  expect((await run(ana, 'triage', 'unbounded', '--take', 'CVE-2026-34743')).stdout).toContain(
    'waits in the queue for xz',
  );
  expect((await of()).items).toEqual([]);
  expect(await queued()).toContain('xz');
}, 120_000);
