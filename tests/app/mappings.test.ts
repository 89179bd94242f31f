/** The team's word on which product a package is: it is obeyed at once, and says of which packages it speaks. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { commandLine } from '../support/command-line.ts';
import { inventoryWorkspace } from '../support/workspaces.ts';

/** As the gap filler of NVD writes CVE-2025-4166. */
const vault = {
  _annotation: { cve_id: 'CVE-2025-4166', cna: 'hashicorp', description: 'Vault may expose secrets in error logs.' },
  cve: {
    configurations: [
      {
        nodes: [
          {
            negate: false,
            operator: 'OR',
            cpeMatch: [
              {
                criteria: 'cpe:2.3:a:hashicorp:vault:*:*:*:*:*:*:*:*',
                versionStartIncluding: '0.3.0',
                versionEndExcluding: '1.19.3',
                vulnerable: true,
              },
            ],
          },
        ],
      },
    ],
  },
};
const carried = [
  ['vault', 'vault', '1.12.0'],
  ['vault-bin', 'vault-bin', '1.12.0'],
  ['haskellPackages.vault', 'vault', '0.3.1.5'],
  ['xz', 'xz', '5.8.1'],
].map(([attr, pname, version]) =>
  JSON.stringify({ attr, system: 'x86_64-linux', pname, version, name: `${pname}-${version}` }),
);
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'snowguard-mappings-'));
  await writeFile(path.join(folder, 'overrides.jsonl.gz'), gzipSync(JSON.stringify(vault)));
  await writeFile(path.join(folder, 'carried.jsonl'), carried.join('\n'));
  await inventoryWorkspace(folder, {
    channels: ['rolling'],
    feeds: [`nvd-overrides.path = "${folder}/overrides.jsonl.gz"`],
  });
  expect((await run('scan', '--inventory', path.join(folder, 'carried.jsonl'))).status).toBe(0);
  expect((await run('sync')).status).toBe(0);
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

const run = (...argv: readonly string[]) =>
  commandLine(argv, { cwd: folder, environment: { SNOWGUARD_WORKSPACE: folder, XDG_CONFIG_HOME: folder } });
const verdictOn = async (attr: string) =>
  /in rolling: (.*), score/.exec((await run('explain', 'CVE-2025-4166', attr)).stdout)?.[1];

test('a word on a name holds for all packages of the name, and tells which they are', async () => {
  expect(await verdictOn('vault')).toBe('under investigation');
  const { status, stdout } = await run('mappings', 'set', 'vault', 'hashicorp:vault', '--is', '--reason', 'its source');
  expect([status, stdout]).toEqual([
    0,
    'vault is hashicorp:vault. Everything was matched anew.\nIt speaks of haskellPackages.vault, vault, vault-bin.\n',
  ]);
  expect([await verdictOn('vault'), await verdictOn('vault-bin')]).toEqual(['affected', 'affected']);
});

test('a word on one attribute stands before it', async () => {
  expect(await verdictOn('haskellPackages.vault')).toBe('affected');
  const said = ['haskellPackages.vault', 'hashicorp:vault', '--is-not', '--reason', 'a library of Haskell'];
  expect((await run('mappings', 'set', ...said)).stdout).toContain('It speaks of haskellPackages.vault.');
  expect([await verdictOn('vault'), await verdictOn('haskellPackages.vault')]).toEqual(['affected', 'other software']);
});

test('a mapping is taken back under any writing, once', async () => {
  const back = ['mappings', 'remove', 'vault', String.raw`HashiCorp:Vau\lt`];
  expect((await run(...back)).status).toBe(0);
  expect(await verdictOn('vault')).toBe('under investigation');
  expect(await run(...back)).toMatchObject({ status: 2, stderr: expect.stringContaining('no mapping of vault') });
  expect(JSON.parse((await run('mappings', '--json')).stdout).items).toMatchObject([
    { pname: 'haskellPackages.vault' },
  ]);
});

test('a name that nobody carries is told of', async () => {
  const { stdout } = await run('mappings', 'set', 'vualt', 'hashicorp:vault', '--is', '--reason', 'mistyped');
  expect(stdout).toContain('No package of that name is carried.');
});
