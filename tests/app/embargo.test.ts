/** What is told in confidence: to everybody else nothing changes, whatever they ask; then it is public, with its true history. */
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Command } from 'commander';
import type { Hono } from 'hono';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeCredential, type Role } from '../../src/accounts/index.ts';
import { httpAppOf } from '../../src/app/http-app.ts';
import { openWorkspace, type Workspace } from '../../src/app/index.ts';
import { commands } from '../../src/cli/commands/index.ts';
import { latestEvents } from '../../src/journal/index.ts';
import { databasesForTests } from '../../src/platform/database/testing.ts';
import { silentProgress } from '../../src/platform/log/index.ts';
import { createLog } from '../../src/platform/log/pino.ts';
import { commandLine } from '../support/command-line.ts';
import { editSettings, inventoryWorkspace } from '../support/workspaces.ts';

const day = 86_400_000;
const told = Date.UTC(2026, 10, 20, 9);
const publicAt = Date.UTC(2026, 11, 1, 14);
const reserved = 'CVE-2026-98765';
/** Words that stand nowhere else. */
const canaries = ['quartzfinch', 'obsidianwren', reserved];

const reportOf = (more = '') => `summary = "The quartzfinch overflow"
details = "A long obsidianwren overwrites what lies behind it."
ids = ["${reserved}"]
severity = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"
reported_to = "the distros list"
public_at = 2026-12-01T14:00:00Z
people = ["bob"]
${more}
[[affected]]
attr = "sqlite"
ranges = [{ fixed = "3.50.9" }]
`;
/** A vulnerability that everybody knows, so that the pages have something to show. */
const known = {
  id: 'BIT-sqlite-2024-0232',
  aliases: ['CVE-2024-0232'],
  modified: '2025-05-20T10:02:07Z',
  published: '2024-03-06T11:08:57Z',
  summary: 'Use after free',
  affected: [
    {
      package: { ecosystem: 'Bitnami', name: 'sqlite', purl: 'pkg:bitnami/sqlite' },
      severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:N/I:N/A:L' }],
      ranges: [{ type: 'SEMVER', events: [{ introduced: '3.43.0' }, { fixed: '3.50.8' }] }],
    },
  ],
};
const people: Readonly<Record<string, readonly Role[]>> = {
  ada: ['policy_admin', 'security_lead'],
  // Of every role, and not in the circle.
  eve: ['policy_admin', 'security_lead', 'analyst', 'reviewer', 'auditor', 'duty_officer', 'release_manager'],
  bob: ['analyst'],
  ann: ['analyst'],
  rex: [],
};

const fixPatch = `--- a/sqlite.nix
+++ b/sqlite.nix
@@ -1 +1 @@
-{ version = "3.50.4"; }
+{ version = "3.50.9"; } # against the quartzfinch
`;

interface World {
  readonly folder: string;
  readonly tokens: ReadonlyMap<string, string>;
  readonly mails: readonly string[];
  readonly run: (person: string | null, ...argv: readonly string[]) => ReturnType<typeof commandLine>;
  readonly json: (person: string | null, ...argv: readonly string[]) => Promise<ReturnType<typeof JSON.parse>>;
  readonly open: () => Promise<Workspace>;
  /** Writes a record into the folder of the feed. */
  readonly publish: (record: { readonly id: string }) => Promise<void>;
  readonly setTime: (at: number) => void;
  readonly close: () => Promise<void>;
}

/** What the tree of a commit evaluates to. */
function carry(folder: string, commitId: string, sqlite: string): Promise<void> {
  const lines = [
    ['sqlite', sqlite],
    ['zlib', '3.50.4'],
  ].map(([attr, version]) =>
    JSON.stringify({ attr, system: 'x86_64-linux', pname: attr, version, name: `${attr}-${version}` }),
  );
  return writeFile(path.join(folder, 'inventories', `${commitId}.jsonl`), lines.join('\n'));
}

async function makeWorld(database: string | null): Promise<World> {
  let now = told;
  const clock = { now: () => now };
  const folder = await mkdtemp(path.join(tmpdir(), 'snowguard-embargo-'));
  const mails: string[] = [];
  const smtp = new SMTPServer({
    authOptional: true,
    onData: (stream, _session, done) => {
      let raw = '';
      stream.setEncoding('utf8').on('data', (text: string) => {
        raw += text;
      });
      stream.on('end', () => {
        mails.push(raw);
        done();
      });
    },
  });
  smtp.listen(0, '127.0.0.1');
  await once(smtp.server, 'listening');
  const { port } = smtp.server.address() as AddressInfo;
  await mkdir(path.join(folder, 'bitnami'));
  const publish = (record: { readonly id: string }) =>
    writeFile(path.join(folder, 'bitnami', `${record.id}.json`), JSON.stringify(record));
  await publish(known);
  await inventoryWorkspace(folder, {
    channels: [],
    feeds: [`osv-bitnami.path = "${folder}/bitnami"`],
    more: `[[channel]]
id = "rolling"
flake = "rolling"
inventories = "inventories"
[network]
allow_hosts = ["127.0.0.1:${port}"]
[[target]]
name = "mail"
channel = "email"
host = "127.0.0.1"
port = ${port}
security = "none"
from = "Snowguard <security@example.org>"
`,
  });
  if (database !== null)
    await editSettings(folder, (text) => `${text}\n[storage]\ndatabase = ${JSON.stringify(database)}\n`);
  await mkdir(path.join(folder, 'inventories'));

  const tokens = new Map<string, string>();
  const run = (person: string | null, ...argv: readonly string[]) =>
    commandLine(argv, {
      cwd: folder,
      clock,
      environment: {
        SNOWGUARD_TOKEN: person === null ? '' : (tokens.get(person) ?? 'nobody'),
        SNOWGUARD_WORKSPACE: folder,
        XDG_CONFIG_HOME: folder,
      },
    });
  const open = () =>
    openWorkspace({
      folder,
      clock,
      environment: {},
      progress: silentProgress,
      log: createLog({ level: 'error', pretty: true }),
    });
  const workspace = await open();
  const store = workspace.accounts.people;
  for (const [name, roles] of Object.entries(people)) {
    const { text, id, secretHash } = makeCredential('sg', workspace.context.random);
    const person = { name, roles, email: `${name}@example.org`, identity: null, key: { id, secretHash } };
    if (roles.includes('policy_admin')) await store.found({ founder: person, at: now });
    else {
      const change = { kind: 'add', ...person } as const;
      const proposed = await store.propose({ change, by: { name: 'ada', roles: ['policy_admin'] }, at: now });
      if (proposed.kind !== 'proposed') throw new Error(`${name} was not proposed`);
      await store.approve({ content: proposed.content, by: { name: 'eve', roles: ['policy_admin'] }, at: now });
    }
    tokens.set(name, text);
  }
  // The tree of the channel, for fixes to fit onto.
  const { git, channels } = workspace.context;
  const tree = await git.writeCommit({
    parent: null,
    edits: [{ kind: 'write', path: 'sqlite.nix', content: '{ version = "3.50.4"; }\n' }],
    text: { message: 'the beginning', authorName: 'Ada', authorEmail: 'ada@example.org', at: told },
  });
  await git.updateRef(channels[0]?.branch ?? '', tree, null);
  await carry(folder, tree, '3.50.4');
  await writeFile(path.join(folder, 'fix.patch'), fixPatch);
  await writeFile(path.join(folder, 'stale.patch'), fixPatch.replace('3.50.4', '3.50.3'));
  await workspace.close();
  for (const command of ['scan', 'sync']) {
    const { status, stderr } = await run(null, command);
    if (status !== 0) throw new Error(stderr);
  }
  return {
    folder,
    tokens,
    mails,
    run,
    json: async (person, ...argv) => {
      const { stdout, stderr, status } = await run(person, ...argv, '--json');
      if (status !== 0) throw new Error(stderr);
      return JSON.parse(stdout);
    },
    open,
    publish,
    setTime: (at) => {
      now = at;
    },
    close: async () => {
      await new Promise<void>((resolve) => smtp.close(() => resolve()));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function openEmbargo({ folder, json }: World, more = ''): Promise<string> {
  const file = path.join(folder, 'report.toml');
  await writeFile(file, reportOf(more));
  const { id } = await json('ada', 'embargo', 'open', file);
  return id;
}

describe('to everybody else', () => {
  let world: World;
  let workspace: Workspace;
  beforeAll(async () => {
    world = await makeWorld(null);
    workspace = await world.open();
  }, 120_000);
  afterAll(async () => {
    await workspace.close();
    await world.close();
  });

  const values = ['1', 'sqlite', 'rolling', 'acme', reserved, 'CVE-2024-0232', 'EMB-2026-0000', 'x'];

  /** Every address that can be read, with what its places may hold. */
  function addressesOf(app: Hono): readonly string[] {
    const paths = new Set(
      app.routes
        .filter(({ method, path: route }) => (method === 'GET' || method === 'ALL') && route !== '/*')
        .map(({ path: route }) => route),
    );
    const filled = [...paths].flatMap((route) => {
      const places = route.match(/:[^/]+|\*/g) ?? [];
      if (places.length === 0) return [route, `${route}?q=quartzfinch`, `${route}?q=sqlite`];
      return values.map((value, from) => {
        let index = from;
        return route.replaceAll(/:[^/]+|\*/g, () => values[index++ % values.length] ?? value);
      });
    });
    return [...new Set(filled)].filter((address) => !/^\/(metrics|readyz|healthz)/.test(address));
  }

  async function answers(app: Hono, person: string | null): Promise<ReadonlyMap<string, string>> {
    const token = person === null ? undefined : world.tokens.get(person);
    const found = new Map<string, string>();
    for (const address of addressesOf(app)) {
      const headers = { Accept: 'text/html', ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }) };
      const response = await app.request(`http://127.0.0.1${address}`, { headers });
      const told = ['etag', 'location', 'content-type'].map((name) => response.headers.get(name));
      // Of a form for strangers, drawn anew each time.
      const text = (await response.text()).replaceAll(/name="form_key" value="[^"]*"/g, '');
      found.set(address, `${response.status} ${told.join(' ')}\n${text}`);
    }
    return found;
  }

  /** Commands that do something, or are about the flake at hand. */
  const doing =
    /^(up|init|sync|scan|check|coverage|update|convert|eject|login|logout|policy propose|patches verify|review allow|alerts replay|token new|cache (gc|key (generate|rotate|resign)))$/;

  function commandsOf(): readonly (readonly string[])[] {
    const context = { stdout: process.stdout, stderr: process.stderr } as never;
    const walk = (command: Command, before: readonly string[]): readonly (readonly string[])[] => {
      const words = [...before, command.name()];
      const needs = command.registeredArguments.some(({ required }) => required);
      const own = !needs && !command.options.some(({ mandatory }) => mandatory) && !doing.test(words.join(' '));
      return [...(own ? [words] : []), ...command.commands.flatMap((one) => walk(one, words))];
    };
    return commands.flatMap((make) =>
      walk(
        make(context, () => {}),
        [],
      ),
    );
  }

  async function outputs(person: string): Promise<ReadonlyMap<string, string>> {
    const found = new Map<string, string>();
    for (const words of [
      ...commandsOf(),
      ['search', 'quartzfinch'],
      ['explain', reserved, 'sqlite'],
      ['embargo', 'show', 'EMB-2026-0000'],
    ]) {
      const { status, stdout, stderr } = await world.run(person, ...words);
      found.set(words.join(' '), `${status}\n${stdout}\n${stderr}`);
    }
    return found;
  }

  test('every address and every command answers as if there were nothing', async () => {
    const app = httpAppOf(workspace);
    const askers = [null, 'rex', 'ann', 'eve'];
    const look = async () => {
      const pages = [];
      for (const asker of askers) pages.push(await answers(app, asker));
      return { pages, lines: await outputs('eve') };
    };
    const metricsOf = async () =>
      (await (await app.request('http://127.0.0.1/metrics')).text())
        .split('\n')
        .filter((line) => /embargo|snowguard_jobs/.test(line) && !line.startsWith('#'));
    const before = await look();
    const jobsBefore = await metricsOf();
    expect(before.pages[0]?.size).toBeGreaterThan(300);
    expect(before.lines.size).toBeGreaterThan(15);

    const id = await openEmbargo(world);
    for (const argv of [
      ['claim', id],
      ['note', id, '--text', 'an obsidianwren of 300 bytes is enough'],
      ['determine', id, '--as', 'affected', '--statement', 'no mitigation against the quartzfinch is known'],
      ['aware', id, '--evidence', 'seen at a customer by bob'],
      ['fix', id, '--channel', 'rolling', '--file', 'fix.patch'],
    ])
      expect((await world.run('bob', 'embargo', ...argv)).stderr).toBe('');

    const after = await look();
    for (const [index, pages] of after.pages.entries())
      for (const [address, answer] of pages) {
        expect(answer, `${askers[index]} ${address}`).toBe(before.pages[index]?.get(address));
        // What was asked for is repeated to who asked.
        for (const word of canaries) if (!address.includes(word)) expect(answer, address).not.toContain(word);
      }
    for (const [words, output] of after.lines) expect(output, words).toBe(before.lines.get(words));
    expect(await metricsOf()).toEqual(jobsBefore);

    // What is forbidden is missing, letter by letter.
    for (const asker of askers)
      for (const place of ['/embargoes/', '/api/v1/embargoes/'])
        for (const accept of ['text/html', 'application/json']) {
          const token = asker === null ? {} : { Authorization: `Bearer ${world.tokens.get(asker)}` };
          const ask = async (name: string) => {
            const response = await app.request(`http://127.0.0.1${place}${name}`, {
              headers: { Accept: accept, ...token },
            });
            const text = `${response.status} ${response.headers.get('Location')} ${await response.text()}`;
            return text.replaceAll(name, 'ID');
          };
          expect(await ask(id)).toBe(await ask('EMB-2026-0000'));
        }
    const forbidden = await world.run('eve', 'embargo', 'lift', id, '--reason', 'because I can do it');
    const missing = await world.run('eve', 'embargo', 'lift', 'EMB-2026-0000', '--reason', 'because I can do it');
    expect([forbidden.status, forbidden.stderr.replaceAll(id, 'ID')]).toEqual([
      missing.status,
      missing.stderr.replaceAll('EMB-2026-0000', 'ID'),
    ]);

    // To those of the circle it is there.
    const bearer = { Authorization: `Bearer ${world.tokens.get('bob')}` };
    for (const address of [`/embargoes/${id}`, `/api/v1/embargoes/${id}`]) {
      const response = await app.request(`http://127.0.0.1${address}`, { headers: { ...bearer, Accept: 'text/html' } });
      expect([response.status, response.headers.get('Cache-Control')]).toEqual([200, 'no-store']);
      const text = await response.text();
      for (const word of [...canaries, 'cra14.early_warning', 'detection']) expect(text).toContain(word);
    }
    const list = await app.request('http://127.0.0.1/embargoes', { headers: bearer });
    expect(await list.text()).toContain('quartzfinch');
    expect((await world.run('bob', 'embargo', 'show', id)).stdout).toContain('obsidianwren of 300 bytes');
    expect((await world.run('bob', 'embargo', 'list')).stdout).toContain(id);
    const send = async (person: string | null, address: string, body: string) => {
      const headers = person === null ? {} : { Authorization: `Bearer ${world.tokens.get(person)}` };
      const response = await app.request(`http://127.0.0.1/api/v1/embargoes${address}`, {
        method: 'POST',
        headers,
        body,
      });
      return [
        response.status,
        ((await response.json()) as { readonly kind?: string; readonly type?: string }).type ?? '',
      ];
    };
    const release = '{"kind":"release"}';
    expect(await send(null, `/${id}/acts`, release)).toEqual([401, 'urn:snowguard:problem:sign-in']);
    expect(await send('ann', `/${id}/acts`, release)).toEqual([404, 'urn:snowguard:problem:not-found']);
    expect(await send('bob', `/${id}/acts`, '{"kind":"dance"}')).toEqual([400, 'urn:snowguard:problem:bad-request']);
    expect(await send('bob', `/${id}/acts`, release)).toEqual([200, '']);
    expect(await send('bob', `/${id}/acts`, release)).toEqual([409, 'urn:snowguard:problem:not-claimed']);
    expect(await send('bob', '', reportOf())).toEqual([403, 'urn:snowguard:problem:role-missing']);
    expect(await send('ada', '', 'summary = 1')).toEqual([400, 'urn:snowguard:problem:bad-request']);
    const unknown = reportOf().replace('"bob"', '"mallory"');
    expect(await send('ada', '', unknown)).toEqual([409, 'urn:snowguard:problem:unknown-people']);
    expect(await send('ada', '', reportOf().replace('"bob"', ''))).toEqual([201, '']);

    // The others were told that there is something to see, and only that.
    const mail = world.mails.join('\n');
    expect(world.mails.filter((raw) => /^To: bob@example.org/m.test(raw))).toHaveLength(1);
    expect(world.mails.filter((raw) => /^To: ada@example.org/m.test(raw)).length).toBeGreaterThan(0);
    expect(world.mails.every((raw) => /^To: (bob|ada)@example.org/m.test(raw))).toBe(true);
    expect(mail).toContain(`/embargoes/${id}`);
    for (const word of [...canaries, 'sqlite']) expect(mail).not.toContain(word);
  }, 240_000);
});

describe.each(await databasesForTests())('the end, on $name', (engine) => {
  let world: World;
  beforeAll(async () => {
    world = await makeWorld(engine.name === 'sqlite' ? null : await engine.place());
  }, 240_000);
  afterAll(() => world.close());

  test('at the agreed instant, and where somebody else publishes it before', async () => {
    const { run, json, setTime, publish } = world;
    const planned = await openEmbargo(world);
    setTime(told + day);
    await run('bob', 'embargo', 'claim', planned);
    setTime(told + 2 * day);
    await run('bob', 'embargo', 'aware', planned, '--evidence', 'seen at a customer');
    const fix = (channel: string, file: string) =>
      run('bob', 'embargo', 'fix', planned, '--channel', channel, '--file', file);
    expect((await fix('stable', 'fix.patch')).stderr).toContain('There is no such channel');
    expect((await fix('rolling', 'stale.patch')).stderr).toMatch(/does not fit .* sqlite\.nix/);
    expect((await fix('rolling', 'fix.patch')).status).toBe(0);
    expect((await json(null, 'review', 'list')).items).toEqual([]);
    expect(
      (await json(null, 'findings')).items.map((one: { attr: string; advisoryId: string }) => one.advisoryId),
    ).toEqual(['CVE-2024-0232']);

    // Another flaw, which a feed names too early.
    const file = path.join(world.folder, 'other.toml');
    const other = reportOf('references = ["https://example.org/flaw"]')
      .replace('"sqlite"', '"zlib"')
      .replace(`"${reserved}"`, '')
      .replace('quartzfinch', 'jaspercrane');
    await writeFile(file, other);
    const { id: leaking } = await json('ada', 'embargo', 'open', file);
    const leaked = {
      id: 'BIT-zlib-2026-1',
      aliases: ['CVE-2026-97777'],
      modified: '2026-11-22T09:00:00Z',
      published: '2026-11-22T08:00:00Z',
      summary: 'Something in zlib',
      references: [{ type: 'WEB', url: 'https://www.example.org/flaw/' }],
      affected: [],
    };
    await publish(leaked);
    setTime(told + 2 * day + 3_600_000);
    expect((await run(null, 'sync')).status).toBe(0);
    expect(await json('bob', 'embargo', 'show', leaking)).toMatchObject({
      ended: { how: 'public', by: 'robot', reason: 'CVE-2026-97777 names https://www.example.org/flaw/' },
      advisoryId: leaking,
    });
    expect(await json('bob', 'embargo', 'show', planned)).toMatchObject({ ended: null });

    setTime(publicAt + 90_000);
    const workspace = await world.open();
    const { git, channels } = workspace.context;
    // What comes of the fix is known before: the same fix is the same commit.
    const fixed = await git.applyPatch({
      onto: (await git.resolve(channels[0]?.branch ?? '')) ?? '',
      patch: fixPatch,
      text: {
        message: `sqlite: fix ${reserved}\n\nFixes: ${reserved}\n`,
        authorName: 'bob',
        authorEmail: 'bob@example.org',
        at: told + 2 * day,
      },
    });
    const candidate = fixed.kind === 'applied' ? fixed.commitId : '';
    await carry(world.folder, candidate, '3.50.9');
    expect(await workspace.context.embargoes.isDue(publicAt - 1)).toBe(false);
    expect(await workspace.context.embargoes.isDue(publicAt)).toBe(true);
    const { failed } = await workspace.worker.run(
      [{ kind: 'embargoes.tend', subject: '' }],
      new AbortController().signal,
    );
    expect(failed).toEqual([]);
    const found = await workspace.context.findings.ofChannel('rolling');
    const of = (advisoryId: string) => found.filter(({ finding }) => finding.advisoryId === advisoryId);
    expect(of(leaking)).toHaveLength(1);
    expect(of(reserved)).toMatchObject([
      { finding: { attr: 'sqlite', state: 'open', band: 'critical', disclosedAt: publicAt } },
    ]);
    const findingId = of(reserved)[0]?.finding.id ?? '';
    const page = await workspace.triage.findingPage(findingId);
    expect(page?.finding).toMatchObject({ stage: 'triaging', claim: { by: 'bob' } });
    expect(page?.advisory?.title).toBe('The quartzfinch overflow');
    expect(page?.told.facts.flatMap((fact) => (fact.kind === 'embargoed' ? [fact] : []))).toMatchObject([
      { embargo: planned, at: told, until: publicAt, how: 'planned', circle: ['ada', 'bob'] },
    ]);
    const clocks = (await json(null, 'sla', 'explain', findingId)).clocks as {
      readonly name: string;
      readonly startAt: string | null;
    }[];
    const startOf = (name: string) => Date.parse(clocks.find((one) => one.name === name)?.startAt ?? '');
    expect(['contract.remediation', 'detection', 'cra14.early_warning'].map(startOf)).toEqual([
      publicAt,
      told,
      told + 2 * day,
    ]);
    const ends = await latestEvents(workspace.database, { limit: 10, kinds: ['embargo.ended'] });
    expect(ends.map(({ subject, payload }) => [subject, payload.embargo, payload.how])).toEqual([
      [reserved, planned, 'planned'],
      [leaking, leaking, 'public'],
    ]);
    // The fix is there at once, in the name of who prepared it.
    const reviews = (
      await workspace.context.reviews.list({ channel: 'rolling', state: null, before: null, limit: 5 })
    ).filter(({ how }) => how === 'fix');
    expect(reviews).toMatchObject([{ author: 'bob', candidate }]);
    const review = await workspace.reads.review(reviews[0]?.id ?? '');
    expect(JSON.stringify(review?.review)).toContain(`"advisoryId":"${reserved}"`);
    expect((await git.readFile(candidate, 'sqlite.nix'))?.toString()).toContain('3.50.9');
    expect((await json('bob', 'embargo', 'show', planned)).history.at(-1)).toMatchObject({
      kind: 'proposed',
      text: `proposed the fix for rolling as review ${reviews[0]?.id}`,
    });
    // Everybody reads it now.
    const app = httpAppOf(workspace);
    const public_ = await app.request(`http://127.0.0.1/cve/${reserved}`, { headers: { Accept: 'text/html' } });
    expect(await public_.text()).toContain('quartzfinch');
    // The circle alone reads what was said of it.
    const notes = await app.request(`http://127.0.0.1/embargoes/${planned}`, {
      headers: { Authorization: `Bearer ${world.tokens.get('eve')}` },
    });
    expect(notes.status).toBe(404);

    // A second look, and the ordinary ones after it, change nothing.
    const before = (await latestEvents(workspace.database, { limit: 1 }))[0]?.sequence;
    await workspace.worker.run(
      [
        { kind: 'embargoes.tend', subject: '' },
        { kind: 'channel.settle', subject: 'rolling' },
      ],
      new AbortController().signal,
    );
    expect((await latestEvents(workspace.database, { limit: 1 }))[0]?.sequence).toBe(before);
    await workspace.close();
  }, 240_000);
});
