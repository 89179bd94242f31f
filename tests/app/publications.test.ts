/** Our own advisories: from a person's word to what another house reads, in a workspace of its own. */
import { createPublicKey, hash, verify } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { httpAppOf } from '../../src/app/http-app.ts';
import { commandLine } from '../support/command-line.ts';
import { brokenCsafRules } from '../support/csaf-rules.ts';
import { freePort } from '../support/program.ts';
import { startServer } from '../support/server.ts';
import { inventoryWorkspace, opened, starterWorkspace } from '../support/workspaces.ts';

/** As the Python advisory database writes a record; the first is fixed above what is carried, the second below. */
const recordOf = (id: string, name: string, fixed: string) => ({
  schema_version: '1.7.0',
  id,
  modified: '2026-05-20T10:00:00Z',
  published: '2026-05-19T10:00:00Z',
  aliases: [id.replace('PYSEC', 'CVE')],
  summary: `A flaw in ${name}`,
  details: 'Of a test.',
  severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' }],
  affected: [
    { package: { ecosystem: 'PyPI', name }, ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed }] }] },
  ],
});
const carried = (versions: Readonly<Record<string, string>>) =>
  Object.entries(versions)
    .map(([name, version]) =>
      JSON.stringify({
        attr: `python3Packages.${name}`,
        system: 'x86_64-linux',
        pname: name,
        version,
        name: `python3.13-${name}-${version}`,
        sources: [
          {
            name: `${name}.tar.gz`,
            urls: [`mirror://pypi/x/${name}/${name}-${version}.tar.gz`],
            hash: null,
            rev: null,
            tag: null,
          },
        ],
      }),
    )
    .join('\n');
const before = { pillow: '11.0.0', requests: '2.32.0', jinja2: '3.1.0' };

let root: string;
const at = (...names: readonly string[]) => path.join(root, ...names);

async function run(workspace: string, token: string, ...argv: readonly string[]) {
  const environment = { SNOWGUARD_TOKEN: token, XDG_CONFIG_HOME: root };
  return commandLine(argv, { cwd: at(workspace), environment });
}
const json = async (workspace: string, ...argv: readonly string[]) =>
  JSON.parse((await run(workspace, '', ...argv, '--json')).stdout);

async function scan(workspace: string, versions: Readonly<Record<string, string>>) {
  await writeFile(at(`${workspace}.jsonl`), carried(versions));
  expect(await run(workspace, '', 'scan', '--inventory', at(`${workspace}.jsonl`))).toMatchObject({ status: 0 });
  expect(await run(workspace, '', 'sync')).toMatchObject({ status: 0 });
}

async function founder(workspace: string, name: string, ...roles: readonly string[]): Promise<string> {
  const given = ['policy_admin', ...roles].flatMap((role) => ['--role', role]);
  const added = await run(workspace, '', 'people', 'add', name, '--email', `${name}@example.org`, ...given);
  return /sg_\S+/.exec(added.stdout)?.[0] ?? '';
}

let ana = '';
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'snowguard-publications-'));
  await mkdir(at('pypi'));
  const records = [
    recordOf('PYSEC-2026-101', 'pillow', '11.1.0'),
    recordOf('PYSEC-2026-102', 'requests', '2.33.0'),
    recordOf('PYSEC-2026-103', 'jinja2', '3.2.0'),
  ];
  for (const record of records) await writeFile(at('pypi', `${record.id}.json`), JSON.stringify(record));
  await inventoryWorkspace(at('house'), {
    channels: ['rolling'],
    feeds: [`osv-pypi.path = "${at('pypi')}"`],
  });
  await scan('house', before);
  ana = await founder('house', 'ana', 'analyst');
}, 120_000);
afterAll(() => rm(root, { recursive: true, force: true }));

test('an id is given with the first word of a person, and shown wherever the finding is', async () => {
  expect((await json('house', 'findings')).items.map((row: { publishedAs: unknown }) => row.publishedAs)).toEqual([
    null,
    null,
    null,
  ]);
  expect((await run('house', '', 'advisories', 'list')).stdout).toContain('Nothing is published yet');
  const pillow = 'CVE-2026-101/python3Packages.pillow/rolling';
  const affected = await run(
    'house',
    ana,
    ...[
      'triage',
      'affected',
      pillow,
      '--mitigation',
      'Open no images of strangers.',
      '--next-update',
      new Date(Date.now() + 30 * 86_400_000).toISOString(),
    ],
  );
  expect(affected).toMatchObject({ status: 0 });
  expect(await run('house', ana, 'triage', 'claim', 'CVE-2026-102/python3Packages.requests')).toMatchObject({
    status: 0,
  });
  const year = new Date().getUTCFullYear();
  const [first, second] = [`XSP-${year}-00001`, `XSP-${year}-00002`];
  expect((await run('house', '', 'advisories', 'list')).stdout).toMatch(
    new RegExp(
      `${first} +CVE-2026-101 +python3Packages.pillow +rolling: affected\\n${second} .*rolling: under investigation`,
    ),
  );
  const shown = await run('house', '', 'advisories', 'show', first.toLowerCase());
  expect(shown.stdout).toMatch(/rolling {2}detected {2}version 11\.0\.0[\s\S]*affected {2}mitigation Open no images/);
  expect(await run('house', '', 'advisories', 'show', 'XSP-1999-1')).toMatchObject({ status: 2 });
  const items: readonly { readonly id: string; readonly advisoryId: string; readonly publishedAs: string | null }[] = (
    await json('house', 'findings')
  ).items;
  expect(Object.fromEntries(items.map((row) => [row.advisoryId, row.publishedAs]))).toEqual({
    'CVE-2026-101': first,
    'CVE-2026-102': second,
    'CVE-2026-103': null,
  });
  expect((await run('house', '', 'explain', 'CVE-2026-101', 'python3Packages.pillow')).stdout).toContain(
    `Published as ${first}`,
  );
  await opened(at('house'), async (workspace) => {
    const app = httpAppOf(workspace);
    const page = async (address: string) => (await app.request(address, { headers: { Accept: 'text/html' } })).text();
    const own = items.find(({ publishedAs }) => publishedAs === first)?.id;
    const pages = [
      '/findings',
      '/cve/CVE-2026-101',
      `/cve/${first}`,
      '/packages/python3Packages.pillow',
      `/findings/${own}`,
    ];
    for (const address of pages) expect(await page(address)).toContain(first);
    expect(await (await app.request('/feeds/advisories.atom')).text()).toContain(first);
    for (const address of pages) expect(await page(address)).toContain(`href="/advisories/${first}"`);
  });
}, 120_000);

test('an advisory has a page and is in the API, with what happened and with files that are there; a page of the list at a time', async () => {
  const first = `XSP-${new Date().getUTCFullYear()}-00001`;
  await opened(at('house'), async (workspace) => {
    const app = httpAppOf(workspace);
    const answer = async (address: string) => {
      const response = await app.request(address, { headers: { Accept: 'text/html' } });
      return { status: response.status, text: await response.text() };
    };
    const page = await answer(`/advisories/${first.toLowerCase()}`);
    expect([page.status, page.text.match(/<time[^>]*>[^<]* UTC<\/time>/g)?.length]).toEqual([200, 3]);
    for (const said of ['CVE-2026-101', 'detected in 11.0.0', 'affected; meanwhile: Open no images of strangers.'])
      expect(page.text).toContain(said);
    const shown = JSON.parse((await answer(`/api/v1/publications/${first}`)).text);
    expect(shown).toMatchObject({
      id: first,
      attr: 'python3Packages.pillow',
      vulnerability: 'CVE-2026-101',
      names: ['CVE-2026-101', 'PYSEC-2026-101'],
      withdrawn: null,
      lines: [{ channel: 'rolling', version: '11.0.0', state: 'affected', fix: null }],
      events: [
        { type: 'detected', line: 'rolling', version: '11.0.0' },
        { type: 'under_investigation', line: 'rolling' },
        { type: 'affected', line: 'rolling', mitigation: 'Open no images of strangers.' },
      ],
    });
    expect(shown.documents.map(({ format }: { readonly format: string }) => format)).toEqual([
      'osv',
      'csaf',
      'csaf-vex',
      'cyclonedx',
      'openvex',
    ]);
    for (const { url } of shown.documents) {
      const { status } = await answer(new URL(url).pathname);
      expect([url, status]).toEqual([url, 200]);
      expect(page.text).toContain(`href="${new URL(url).pathname}"`);
    }
    const ids: string[] = [];
    for (let after: string | null = ''; after !== null; ) {
      const { items, next }: { readonly items: readonly { readonly id: string }[]; readonly next: string | null } =
        JSON.parse((await answer(`/api/v1/publications?limit=1${after && `&after=${after}`}`)).text);
      ids.push(...items.map(({ id }) => id));
      after = next;
    }
    expect(ids).toEqual([first, first.replace('00001', '00002')]);
    const missing = [`/advisories/${first.replace('00001', '00003')}`, '/advisories/CVE-2026-103'];
    for (const address of missing) {
      expect((await answer(address)).status).toBe(404);
      expect((await answer(address.replace('/advisories', '/api/v1/publications'))).status).toBe(404);
    }
  });
}, 120_000);

test('another house that reads our archive as a feed finds the same packages, also in what we had not fixed', async () => {
  const exported = await json('house', 'advisories', 'export', at('public'));
  expect(exported).toMatchObject({ advisories: 2 });
  await inventoryWorkspace(at('other'), {
    channels: ['rolling'],
    feeds: [`osv-psf.path = "${at('public', 'osv', 'all.zip')}"`],
  });
  await scan('other', before);
  const found: readonly { readonly advisoryId: string; readonly attr: string; readonly version: string }[] = (
    await json('other', 'findings')
  ).items;
  expect(found.map(({ attr, version }) => [attr, version]).sort()).toEqual([
    ['python3Packages.pillow', '11.0.0'],
    ['python3Packages.requests', '2.32.0'],
  ]);
}, 120_000);

test('served, each file is given once and then revalidated, and what is not there says where to begin', async () => {
  await opened(at('house'), async (workspace) => {
    const app = httpAppOf(workspace);
    const list = await (await app.request('/osv/modified_id.csv')).text();
    const ids = list
      .trimEnd()
      .split('\n')
      .map((line) => line.split(',')[1] ?? '');
    expect(ids).toHaveLength(2);
    for (const file of ['all.zip', 'modified_id.csv', `${ids[0]}.json`, 'strict/all.zip', `strict/${ids[1]}.json`]) {
      const answer = await app.request(`/osv/${file}`);
      expect([file, answer.status]).toEqual([file, 200]);
      const bytes = Buffer.from(await answer.arrayBuffer());
      expect(bytes.equals(await readFile(at('public', 'osv', file)))).toBe(true);
      const etag = answer.headers.get('ETag') ?? '';
      expect((await app.request(`/osv/${file}`, { headers: { 'If-None-Match': etag } })).status).toBe(304);
    }
    for (const file of ['', 'XSP.json', '..%2fx', `${'x'.repeat(400)}`]) {
      const answer = await app.request(`/osv/${file}`);
      expect([answer.status, await answer.text()]).toEqual([404, expect.stringContaining('/osv/all.zip')]);
    }
  });
}, 120_000);

test('CSAF is found from its well-known place, and each document is what its digests and its signature say', async () => {
  await opened(at('house'), async (workspace) => {
    const app = httpAppOf(workspace);
    const text = async (address: string) => {
      const answer = await app.request(address);
      expect([address, answer.status]).toEqual([address, 200]);
      return answer.text();
    };
    const provider = JSON.parse(await text('/.well-known/csaf/provider-metadata.json'));
    const [{ directory_url: folder }, { rolie }] = provider.distributions;
    const base = new URL(folder).pathname;
    const files = (await text(`${base}index.txt`)).trimEnd().split('\n');
    expect(files).toHaveLength(4);
    expect((await text(`${base}changes.csv`)).split('\n')[0]).toMatch(new RegExp(`^"${files[0]}","20.*Z"$`));
    const { feed } = JSON.parse(await text(new URL(rolie.feeds[0].url).pathname));
    expect(feed.entry.map(({ content }: { readonly content: { readonly src: string } }) => content.src)).toEqual(
      files.map((file) => folder + file),
    );
    const key = createPublicKey(await text('/keys/releases.pem'));
    for (const file of files) {
      const document = await text(base + file);
      const name = path.basename(file);
      for (const algorithm of ['sha256', 'sha512'])
        expect(await text(`${base}${file}.${algorithm}`)).toBe(`${hash(algorithm, document)}  ${name}\n`);
      const signature = Buffer.from(await text(`${base}${file}.sig`), 'base64');
      expect(verify(null, Buffer.from(document), key, signature)).toBe(true);
      expect(JSON.parse(document).document.references[0]).toMatchObject({ category: 'self', url: folder + file });
      expect(await readFile(at('public', ...base.split('/'), file), 'utf8')).toBe(document);
    }
    expect((await app.request(`${base}${files[0]}.md5`)).status).toBe(404);
    expect((await app.request('/osv/all.zip.sig')).status).toBe(404);
  });
}, 120_000);

interface OsvFacts {
  readonly affected: readonly {
    readonly ranges: readonly { readonly type: string; readonly repo?: string; readonly events: readonly unknown[] }[];
  }[];
  readonly database_specific: {
    readonly events: readonly { readonly type: string; readonly revision?: string }[];
    readonly lines: readonly { readonly derivations?: readonly { readonly derivation: string }[] }[];
  };
}

test('releases of the starter world are told with their commits and what they build', async () => {
  await starterWorkspace(at('starter'), { nix: 'none' });
  const port = await freePort();
  const server = await startServer({ workspace: at('starter'), port });
  await server.up();
  const base = `http://127.0.0.1:${port}`;
  const get = async (address: string) => (await fetch(`${base}${address}`)).text();
  const ids = (await get('/osv/modified_id.csv'))
    .trimEnd()
    .split('\n')
    .map((line) => line.split(',')[1] ?? '');
  expect(ids.length).toBeGreaterThan(30);
  const findings: readonly { readonly advisoryId: string; readonly attr: string; readonly publishedAs: string }[] =
    JSON.parse(await get('/api/v1/findings?state=fixed&limit=100')).items;
  const recordOf = async (attr: string): Promise<OsvFacts> => {
    const found = findings.find((one) => one.attr === attr);
    return JSON.parse(await get(`/osv/x_${found?.publishedAs}.json`));
  };
  const commits = new Set(
    JSON.parse(await get('/api/v1/releases')).items.map(({ commitId }: { readonly commitId: string }) => commitId),
  );
  const [updated, patched] = [await recordOf('coreutils'), await recordOf('nginx')];
  expect(updated.affected[0]?.ranges).toMatchObject([
    { type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '9.8' }] },
    { type: 'GIT', repo: `${base}/git/rolling.git`, events: [{ introduced: '0' }, { fixed: expect.any(String) }] },
  ]);
  expect(patched.affected[0]?.ranges.map(({ type }) => type)).toEqual(['GIT']);
  for (const { database_specific: own } of [updated, patched]) {
    const { type, revision } = own.events.at(-1) ?? {};
    expect([type, commits.has(revision)]).toEqual(['fixed', true]);
    expect(own.lines[0]?.derivations?.map(({ derivation }) => derivation)).toEqual([
      expect.stringMatching(/^\/nix\/store\/.*\.drv$/),
      expect.stringMatching(/^\/nix\/store\/.*\.drv$/),
    ]);
  }
  for (const file of (await get('/csaf/white/index.txt')).trimEnd().split('\n'))
    expect(brokenCsafRules(JSON.parse(await get(`/csaf/white/${file}`)))).toEqual([]);
  const { packages } = JSON.parse(await get('/secdb/rolling.json'));
  const own = new Map(packages.map(({ pkg }: { readonly pkg: { readonly name: string } }) => [pkg.name, pkg]));
  expect(own.get('coreutils')).toMatchObject({
    secfixes: { 9.8: [expect.stringContaining('CVE-2025-5278')] },
    patched: [],
  });
  expect(own.get('nginx')).toMatchObject({ patched: [{ version: '1.28.0' }] });
  const nginx = findings.find(({ attr }) => attr === 'nginx')?.publishedAs ?? '';
  const { lines } = JSON.parse(await get(`/api/v1/publications/${nginx}`));
  const patch = { name: 'CVE-2026-42945.patch', path: 'pkgs/by-name/ng/nginx/CVE-2026-42945.patch' };
  const systems = ['aarch64-linux', 'x86_64-linux'];
  expect(lines).toMatchObject([
    { channel: 'rolling', state: 'fix released', fix: { version: '1.28.0', kind: 'patch', systems, patches: [patch] } },
  ]);
  const [page, { fix }] = [await get(`/advisories/${nginx}`), lines[0]];
  for (const said of [
    `href="/releases/${fix.releaseUuid}"`,
    fix.revision,
    patch.path,
    '1.28.0, patched',
    'a release with 1.28.0 patched',
  ])
    expect(page).toContain(said);
  const bom = JSON.parse(await get('/cyclonedx/rolling.json'));
  expect(bom.vulnerabilities).toHaveLength(ids.length);
  await server.stop();
  // A private flake has no releases for others.
  const token = await founder('starter', 'ada', 'release_manager');
  const hide = ['flake', 'visibility', 'acme/secure', 'private'];
  expect(await run('starter', token, ...hide)).toMatchObject({ status: 0, stderr: '' });
  await opened(at('starter'), async (workspace) => {
    const app = httpAppOf(workspace);
    for (const address of [`/osv/x_${nginx}.json`, `/api/v1/publications/${nginx}`, `/advisories/${nginx}`]) {
      const told = await (await app.request(address)).text();
      expect([told.includes(nginx), told.includes(fix.revision)]).toEqual([true, false]);
    }
  });
}, 120_000);
