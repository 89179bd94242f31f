/** Two consumers with one lock: who runs the package that is affected must act, and who does not reads of it in a digest. */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Accounts, Person, Principal } from '../../src/accounts/index.ts';
import { boardOf } from '../../src/app/reads/consumer-reads.ts';
import { toIso } from '../../src/foundation/clock.ts';
import { fakeReads, nobody, testApp } from '../../src/http/testing.ts';
import { latestEvents } from '../../src/journal/index.ts';
import type { Reply } from '../../src/pipeline/alerts/index.ts';
import {
  alertsOver,
  hookTarget,
  receiver,
  subscriptionOf,
  type TestTables,
} from '../../src/pipeline/alerts/testing.ts';
import { type CatalogTables, createCatalogStore, readInventory } from '../../src/pipeline/catalog/index.ts';
import { type ConsumersTables, createConsumerStore } from '../../src/pipeline/consumers/index.ts';
import {
  createAttainmentStore,
  createFindingStore,
  customersOf,
  defaultPolicyText,
  everyClock,
  type FindingsTables,
  parsePolicy,
} from '../../src/pipeline/findings/index.ts';
import { advisory, match } from '../../src/pipeline/findings/testing.ts';
import {
  type CoverageTables,
  createCoverageStore,
  createReleaseStore,
  type Release,
  type ReleasesTables,
} from '../../src/pipeline/releases/index.ts';
import type { Database } from '../../src/platform/database/index.ts';
import { databasesForTests } from '../../src/platform/database/testing.ts';
import { consumerNews } from '../../src/worker/consumer-news.ts';
import { noteAdoptionsJob } from '../../src/worker/jobs/note-adoptions.ts';
import { noteCustomersJob } from '../../src/worker/jobs/note-customers.ts';
import { planAlertsJob } from '../../src/worker/jobs/plan-alerts.ts';
import type { WalkContext } from '../../src/worker/walk-context.ts';
import { brokenRules } from '../support/feed-rules.ts';

const day = 86_400_000;
const signal = new AbortController().signal;
const policy = parsePolicy(defaultPolicyText);
const store = (digit: string, name: string) => `/nix/store/${digit.repeat(32)}-${name}`;

/** What a story is told with: a tree with the bad version and one with the good one, and what runs. */
interface World {
  readonly name: string;
  readonly cve: string;
  readonly attr: string;
  readonly from: string;
  readonly to: string;
  readonly before: () => Promise<readonly string[]>;
  readonly after: () => Promise<readonly string[]>;
  readonly holding: () => Promise<string>;
  readonly without: () => Promise<string>;
  readonly fixed: () => Promise<string>;
}

/** What a webhook gets, as far as it is looked at. */
interface Told {
  readonly kind: string;
  readonly subject: string;
  readonly command: string | null;
  readonly lines: readonly string[];
  readonly facts: Readonly<Record<string, string>>;
  readonly links: readonly { readonly label: string; readonly url: string }[];
  readonly about: { readonly consumers: readonly string[] };
}

const line = (attr: string, version: string, digit: string) =>
  JSON.stringify({
    attr,
    kind: 'drv',
    pname: attr,
    version,
    name: `${attr}-${version}`,
    system: 'x86_64-linux',
    drvPath: store(digit, `${attr}-${version}.drv`),
    outputPaths: { out: store(digit, `${attr}-${version}`), bin: store(digit, `${attr}-${version}-bin`) },
  });

// CVE-2024-3094 as it was answered: https://nvd.nist.gov/vuln/detail/CVE-2024-3094 names 5.6.0 and 5.6.1, and Nixpkgs went back to 5.4.6.
const small: World = {
  name: 'xz goes back',
  cve: 'CVE-2024-3094',
  attr: 'xz',
  from: '5.6.1',
  to: '5.4.6',
  before: async () => [line('xz', '5.6.1', 'a'), line('openssh', '9.7p1', 'c')],
  after: async () => [line('xz', '5.4.6', 'b'), line('openssh', '9.7p1', 'c')],
  holding: async () => `${store('a', 'xz-5.6.1-bin')}\n${store('c', 'openssh-9.7p1')}`,
  without: async () =>
    JSON.stringify({
      bomFormat: 'CycloneDX',
      specVersion: '1.6',
      components: [{ type: 'library', name: 'openssh', version: '9.7p1', 'bom-ref': 'openssh' }],
    }),
  fixed: async () => `${store('b', 'xz-5.4.6-bin')}\n${store('c', 'openssh-9.7p1')}`,
};

const data = path.resolve('../shared/data/packages');
const unpacked = async (file: string) => gunzipSync(await readFile(path.join(data, file))).toString();
const linesOf = async (date: string) =>
  (await unpacked(`corepkgs-${date}.jsonl.gz`)).split('\n').filter((text) => text !== '');
const outputsOf = async (date: string, wanted: (attr: string) => boolean) =>
  (await linesOf(date))
    .map(
      (text) => JSON.parse(text) as { readonly attr: string; readonly outputPaths?: Readonly<Record<string, string>> },
    )
    .flatMap(({ attr, outputPaths = {} }) => (wanted(attr) ? Object.values(outputPaths) : []))
    .join('\n');

const real: World = {
  name: 'a real tree, half a year later',
  cve: 'CVE-2026-99003',
  attr: 'xz',
  from: '5.8.1',
  to: '5.8.2',
  before: () => linesOf('2026-01-17'),
  after: () => linesOf('2026-06-26'),
  holding: () => outputsOf('2026-01-17', () => true),
  without: () => outputsOf('2026-01-17', (attr) => attr !== 'xz'),
  // What curl is built from, of the later tree: its xz among 303 derivations.
  fixed: () => unpacked('closure-curl-2026-06-26.json.gz'),
};
const worlds = existsSync(data) ? [small, real] : [small];
if (!existsSync(data)) console.log('skipped: a real tree and closure, ../shared/data is absent');

const stories = (await databasesForTests()).flatMap((engine) => worlds.map((world) => ({ engine, world })));

describe.each(stories)('$world.name, on $engine.name', ({ engine, world }) => {
  type Tables = TestTables & CatalogTables & ConsumersTables & FindingsTables & ReleasesTables & CoverageTables;
  let db: Database<Tables>;
  let context: WalkContext;
  let pass: (ms: number) => void;
  let now: () => number;
  let hook: Awaited<ReturnType<typeof receiver>>;
  let commits = 0;

  beforeEach(async () => {
    commits = 0;
    db = await engine.open<Tables>();
    hook = await receiver(() => ({ status: 204 }));
    const made = alertsOver(db, { targets: [hookTarget('hook', hook.url)] });
    pass = made.pass;
    now = made.clock.now;
    context = {
      clock: made.clock,
      alerts: made.alerts,
      catalog: createCatalogStore(db),
      consumers: createConsumerStore(db),
      findings: createFindingStore({ db, policies: async () => [policy], clock: made.clock }),
      releases: createReleaseStore(db),
      channels: [{ id: 'rolling' }],
      cache: { coverage: createCoverageStore(db) },
      people: async () => [],
      publications: { number: async () => 0, idsOf: async () => () => null },
    } as unknown as WalkContext;
  });
  afterEach(() => hook.close());

  /** What came since the last time. */
  async function told(): Promise<readonly Told[]> {
    await planAlertsJob({ context, subject: '', signal });
    await context.alerts.sendDue('hook', signal);
    return hook.received
      .splice(0)
      .map(({ body }) => JSON.parse(body) as { readonly type: string; readonly data: Omit<Told, 'kind'> })
      .map(({ type, data: own }) => ({ ...own, kind: type.replace('alert.', '') }))
      .sort((a, b) => (a.subject < b.subject ? -1 : 1));
  }
  const subjects = async () => (await told()).map(({ kind, subject }) => `${kind} ${subject}`);
  const overnight = () => {
    pass(day);
    return told();
  };

  async function look(version: string, isAffected: boolean) {
    const found = isAffected ? [match(world.cve, world.attr, { version, fixedIn: world.to })] : [];
    await context.findings.update({
      channel: 'rolling',
      scope: { kind: 'channel' },
      matches: found,
      advisories: new Map([[world.cve, advisory(world.cve)]]),
      packages: new Map([[world.attr, { version, coveredSince: null, shippedSince: null }]]),
      at: now(),
    });
  }

  async function publish(lines: readonly string[]): Promise<Release> {
    commits += 1;
    const commitId = commits.toString(16).padStart(40, '0');
    async function* given() {
      yield* lines;
    }
    await context.catalog.recordEvaluation({
      channel: 'rolling',
      commitId,
      at: now(),
      origin: 'inventory',
      results: readInventory(given(), { system: 'x86_64-linux' }),
    });
    const fixes = await context.findings.fixesAwaitingRelease('rolling');
    const release: Release = {
      uuid: randomUUID(),
      organisation: 'acme',
      flake: 'secure',
      channel: 'rolling',
      version: `0.1.${commits}+rev-${commitId}`,
      commitId,
      treeId: commitId,
      commitCount: commits,
      lastModified: Math.floor(now() / 1000),
      narHash: 'sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=',
      sizeBytes: 1,
      sha256: '0'.repeat(64),
      publishedAt: now(),
      yankedAt: null,
      fixes,
    };
    const { uuid, version } = release;
    await context.releases.beginAttempt({ organisation: 'acme', flake: 'secure', uuid, commitId, at: now() });
    expect((await context.releases.addRelease(release, 'robot')).kind).toBe('added');
    const had = { system: 'x86_64-linux', wanted: 9, present: 7, minimumPerMille: 0, exception: null };
    await context.cache.coverage.record({ uuid, systems: [had], at: now() });
    await context.findings.markReleased({ channel: 'rolling', releaseUuid: uuid, version, fixes, at: now() });
    return release;
  }

  async function lock(name: string, { uuid, version }: Release) {
    const url = `https://set.example/f/pinned/acme/secure/${encodeURIComponent(version)}/${uuid}/source.tar.gz`;
    const nixpkgs = {
      locked: { type: 'tarball', url, narHash: 'sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=' },
      original: { type: 'tarball', url: 'https://set.example/f/acme/secure/0.1' },
    };
    const nodes = { root: { inputs: { nixpkgs: 'nixpkgs' } }, nixpkgs };
    const text = JSON.stringify({ version: 7, root: 'root', nodes });
    const outcome = await context.consumers.registerLock({ name, text, at: now(), id: `consumer-${name}` });
    expect(outcome.kind).toBe('registered');
  }

  const runs = async (name: string, text: string) => {
    const outcome = await context.consumers.closures.upload({ name, text, at: now(), id: randomUUID(), by: null });
    expect(outcome.kind).toBe('kept');
  };
  const mustActNow = async () => {
    const { mustAct } = await boardOf(context, await context.consumers.consumers(), { byClosures: true });
    return mustAct.map(({ consumer, step }) => `${consumer} ${step}`).sort();
  };
  const subscribe = (consumer: string) =>
    context.alerts.subscribe({
      subscription: subscriptionOf({ subscriber: `${consumer}-team`, consumers: [consumer] }),
      by: 'ada',
      at: now(),
    });

  test('one acts, one reads, nobody is told twice', async () => {
    const { cve, attr, from, to } = world;
    const first = await publish(await world.before());
    for (const name of ['billing', 'web', 'plain']) {
      await lock(name, first);
      await subscribe(name);
    }
    await runs('billing', await world.holding());
    await runs('web', await world.without());
    expect(await subjects()).toEqual([]);

    // It becomes known: nothing to run yet, and only who holds it is told so, in the morning.
    await look(from, true);
    expect(await subjects()).toEqual([]);
    const morning = await overnight();
    expect(morning.map(({ kind, about }) => [kind, ...about.consumers])).toEqual([
      ['exposed', 'billing'],
      ['exposed', 'plain'],
    ]);

    // A release has the fix. Who told nothing but a lock is told as ever.
    await look(to, false);
    const second = await publish(await world.after());
    const acts = await told();
    expect(acts.map(({ subject }) => subject)).toEqual([
      `billing: update nixpkgs to 0.1.2: ${attr}`,
      `plain: update nixpkgs to 0.1.2: ${attr}`,
    ]);
    expect(acts.find(({ subject }) => subject.startsWith('billing'))).toMatchObject({
      kind: 'act-now',
      urgency: 'urgent',
      lead: 'One fix that what runs lacks and 0.1.2 holds.',
      facts: {
        Severity: 'critical',
        Rebuild: expect.stringMatching(
          /^[1-9]\d* (of the \d+ packages that run|packages of the release) are built anew; the cache has 7 of 9 outputs for x86_64-linux$/,
        ),
      },
      // Nobody said whether it is exposed: both rows are named.
      lines: [
        expect.stringMatching(
          /^CVE-\d+-\d+ \(critical\) in xz: \S+ to \S+\. BOD 26-04: row 7, 14D, by 2027-\d\d-\d\d if exposed; row 15, FSU, with the next upgrade if not exposed$/,
        ),
      ],
      command: 'nix flake update nixpkgs',
    });
    expect(acts[0]?.lines[0]).toContain(`${cve} (critical) in ${attr}: ${from} to ${to}. `);
    // Of a tree in which thousands are, nobody counts them for each closure.
    if (world === small) expect(acts[0]?.facts.Rebuild).toMatch(/^1 of the 2 packages that run are/);
    expect(acts.find(({ subject }) => subject.startsWith('plain'))?.facts.Rebuild).toMatch(
      /^[1-9]\d* packages of the release are built anew; the cache has 7 of 9 outputs for x86_64-linux$/,
    );
    expect(await mustActNow()).toEqual(['billing update', 'plain update']);
    expect((await overnight()).map(({ kind, subject }) => `${kind} ${subject}`)).toEqual([
      `not-held web: nixpkgs 0.1.2 fixes ${attr}, which web does not run`,
    ]);

    // The lock moves first: what runs is still the old thing, and that was said already.
    await lock('billing', second);
    expect(await subjects()).toEqual([]);
    expect(await mustActNow()).toEqual(['billing deploy', 'plain update']);
    await runs('billing', await world.fixed());
    expect(await subjects()).toEqual([]);
    expect(await mustActNow()).toEqual(['plain update']);
    expect((await overnight()).length).toBe(0);

    // Nothing to be done, nothing sent.
    await publish(await world.after());
    expect([await subjects(), await overnight()]).toEqual([[], []]);

    // An old image comes back: the lock is good, what runs is not, and nobody had said so of this one.
    await lock('web', second);
    await runs('web', await world.holding());
    const again = await told();
    expect(again.map(({ subject, command }) => [subject, command])).toEqual([
      [`web: deploy nixpkgs 0.1.2: ${attr}`, 'nix build && snowguard consumer closure set web ./result'],
    ]);
    // Without its closure it stands by its lock again, which has the fix.
    expect(await context.consumers.closures.remove({ name: 'web', at: now(), by: null })).toBe(true);
    expect(await mustActNow()).toEqual(['plain update']);
    expect(await subjects()).toEqual([]);
  });

  test('who locked the fix has it when it runs, and not before', async () => {
    const { cve, attr, from, to } = world;
    const first = await publish(await world.before());
    for (const name of ['billing', 'plain', 'web']) await lock(name, first);
    await runs('billing', await world.holding());
    await runs('web', await world.without());
    await look(from, true);
    const [opened] = await context.findings.ofChannel('rolling');
    const findingId = opened?.finding.id ?? '';
    for (const closure of ['billing', 'plain', 'web'])
      await context.findings.recordStatement({
        findingId,
        facts: [{ kind: 'exposure', closure, exposed: true }],
        evidence: null,
        by: { name: 'ann', roles: ['analyst'] },
        at: now(),
      });
    const adopted = async () => {
      await noteAdoptionsJob({ context, subject: '', signal });
      const facts = (await context.findings.caseOf(findingId))?.facts ?? [];
      return facts.flatMap((fact) => (fact.kind === 'adopted' ? [[fact.closure, fact.at, fact.source]] : []));
    };
    const lag = async () => {
      const { rows } = await createAttainmentStore({ db, clock: context.clock }).attainment();
      return rows.find(({ band }) => band === 'critical')?.adoption;
    };

    pass(day);
    await look(to, false);
    const released = now();
    const second = await publish(await world.after());
    // Who never ran it has nothing to take up: the fix is there as soon as it is out.
    expect(await adopted()).toEqual([['web', released, 'closure']]);
    pass(day);
    await lock('billing', second);
    await lock('plain', second);
    const locked = now();
    expect((await adopted()).slice(1)).toEqual([['plain', locked, 'lock']]);
    expect(await lag()).toMatchObject({ count: 2, open: 1 });

    pass(day);
    await runs('billing', await world.fixed());
    const deployed = now();
    expect((await adopted()).slice(2)).toEqual([['billing', deployed, 'closure']]);
    const facts = (await context.findings.caseOf(findingId))?.facts ?? [];
    expect(facts.at(-1)?.evidence).toContain(`as told ${toIso(deployed)} (`);
    expect(facts.at(-1)?.evidence).toContain(`no longer holds the affected ${attr}`);
    expect(await lag()).toMatchObject({ count: 2, open: 0, medianMs: day });

    // Nothing more to note, and nothing is noted twice.
    const before = await latestEvents(db, { kinds: ['consumer.runs'], limit: 20 });
    expect(before.map(({ subject, payload }) => [subject, payload.lacks]).reverse()).toEqual([
      ['billing', [second.version]],
      ['web', []],
      ['billing', []],
    ]);
    await adopted();
    expect(await latestEvents(db, { kinds: ['consumer.runs'], limit: 20 })).toEqual(before);
    expect(cve).toBe(opened?.finding.advisoryId);

    // What runs denies what a lock had said, for as long as it runs.
    const stops = async () => {
      const told = await context.findings.caseOf(findingId);
      if (told === null) throw new Error('no such finding');
      const clocks = everyClock({ ...told, now: now(), fedrampClass: null });
      return clocks.flatMap(({ of, state, stoppedAt }) => (of?.startsWith('plain,') ? [[state, stoppedAt]] : []));
    };
    const [[state]] = (await stops()) as [[string]];
    expect(await stops()).toEqual([[state, locked]]);
    pass(day);
    await runs('plain', await world.holding());
    await adopted();
    expect(await stops()).toEqual([[expect.stringMatching(/^(running|breached_open)$/), null]]);
    await adopted();
    pass(day);
    await runs('plain', await world.fixed());
    expect((await adopted()).at(-1)).toEqual(['plain', now(), 'closure']);
    expect(await stops()).toEqual([[expect.stringMatching(/^met/), now()]]);
    const plain = (await context.findings.caseOf(findingId))?.facts.filter(
      (fact) => 'closure' in fact && fact.closure === 'plain',
    );
    expect(plain?.map(({ kind }) => kind)).toEqual(['exposure', 'adopted', 'adoption_denied', 'adopted']);

    // Without its closure it stands by its lock, and when that is old again so is what it has.
    await lock('billing', first);
    expect(await lag()).toMatchObject({ count: 2, open: 0 });
    await context.consumers.closures.remove({ name: 'billing', at: now(), by: null });
    expect(await lag()).toMatchObject({ count: 2, open: 0 });
  });

  test('whom messages reached and what they answer becomes part of the case', async () => {
    const { attr, from, to } = world;
    const first = await publish(await world.before());
    for (const name of ['billing', 'web']) {
      await lock(name, first);
      await subscribe(name);
    }
    await runs('billing', await world.holding());
    await runs('web', await world.without());
    await look(from, true);
    const [opened] = await context.findings.ofChannel('rolling');
    const findingId = opened?.finding.id ?? '';
    const found = async () => {
      await noteCustomersJob({ context, subject: '', signal });
      const one = await context.findings.caseOf(findingId);
      if (one === null) throw new Error('no case');
      return one;
    };
    const rows = async () => {
      const clocks = everyClock({ ...(await found()), now: now(), fedrampClass: null });
      return clocks.flatMap(({ name, of, state }) => (name === 'bod2604' && state !== 'void' ? [of] : []));
    };
    expect(await rows()).toEqual(['any closure, exposed', 'any closure, not exposed']);

    // In the morning who holds it is told that there is nothing to run yet: that is a message that arrived.
    await told();
    const [morning] = await overnight();
    expect(morning?.links.map(({ label }) => label)).toContain('Reply');
    const toldAt = now();
    expect(customersOf((await found()).facts)).toEqual([
      { name: 'billing', notifiedAt: toldAt, answer: null, exposed: null, adoptedAt: null },
    ]);
    const ann: Person = { name: 'ann', roles: ['analyst'] };
    const answer = {
      mitigation: 'none known',
      nextUpdateAt: now() + day,
      targetAt: null,
      evidence: 'https://e.example',
    };
    await context.findings.act({ findingId, act: { kind: 'affected', ...answer }, by: ann, at: now() });
    const parts = (await found()).facts.flatMap((one) =>
      one.kind === 'response' ? [`${one.part} ${one.evidence}`] : [],
    );
    expect(parts.at(-2)).toBe('e https://e.example');
    expect(parts.at(-1)).toBe('f arrived at billing');

    pass(day);
    await look(to, false);
    await publish(await world.after());
    const [act] = await told();
    const token =
      new URL(act?.links.find(({ label }) => label === 'Reply')?.url ?? '').pathname.split('/').at(-1) ?? '';
    expect((await context.alerts.askedBy(token, now()))?.concerns).toEqual([
      { consumer: 'billing', findingId, advisoryId: world.cve, attr },
    ]);
    const reply = (given: Partial<Reply>) =>
      context.alerts.reply({
        token,
        reply: { consumer: 'billing', findings: [findingId], answer: 'done', reason: null, ...given },
        at: now(),
      });
    expect(await reply({ consumer: 'web' })).toEqual({ kind: 'refused', why: 'not-told' });
    expect(await reply({ findings: ['999'] })).toEqual({ kind: 'refused', why: 'not-told' });
    expect(await reply({ answer: 'accepted', reason: 'because' })).toEqual({ kind: 'refused', why: 'no-reason' });
    for (const wrong of ['', 'x', `${token}x`, token.slice(0, -1), token.replace('.', '')])
      expect(await context.alerts.askedBy(wrong, now())).toBeNull();
    expect(await context.alerts.askedBy(token, now() + 30 * day)).toBeNull();
    expect((await found()).facts.filter(({ kind }) => kind === 'customer_acknowledged')).toEqual([]);

    // Said to be done is not done: its lock and what it runs say otherwise.
    expect(await reply({})).toEqual({ kind: 'noted' });
    const [claimed] = customersOf((await found()).facts);
    expect(claimed).toMatchObject({ answer: { answer: 'done', by: 'billing-team', at: now() }, adoptedAt: null });
    expect(await mustActNow()).toEqual(['billing update']);
    // Only its owner knows whether it is exposed: the row follows, and the one before is kept.
    expect(await reply({ answer: 'not-exposed', reason: 'behind the wall' })).toEqual({ kind: 'noted' });
    expect(await rows()).toEqual(['billing, not exposed']);
    const last = (await found()).steps.map(({ text }) => text);
    expect(last).toContainEqual(
      expect.stringContaining('customer acknowledged by billing: is not exposed, behind the wall'),
    );
    await runs('billing', await world.fixed());
    await noteAdoptionsJob({ context, subject: '', signal });
    expect(customersOf((await found()).facts)).toMatchObject([
      { name: 'billing', exposed: false, adoptedAt: now(), answer: { answer: 'not-exposed' } },
    ]);

    const outcomes = [];
    for (let more = 0; more < 19; more += 1) outcomes.push((await reply({})).kind);
    expect(outcomes.filter((kind) => kind === 'noted')).toHaveLength(18);
    expect(await reply({})).toEqual({ kind: 'refused', why: 'too-often' });
    pass(2 * 3_600_000);
    expect(await reply({})).toEqual({ kind: 'noted' });
    // Nothing is noted twice.
    const { facts } = await found();
    expect((await found()).facts).toEqual(facts);
    expect(facts.filter(({ kind }) => kind === 'customer_notified')).toHaveLength(1);
  });

  test('a feed of its own tells a consumer what to act on and what is fixed there, and nothing else', async () => {
    const { attr, from, cve } = world;
    const first = await publish(await world.before());
    for (const name of ['billing', 'web']) await lock(name, first);
    await runs('billing', await world.holding());
    await runs('web', await world.without());
    const { feeds } = context.consumers;
    const reads = fakeReads({
      consumerNews: async (key) => {
        const owner = await feeds.ownerOf(key);
        return owner === null ? null : consumerNews(context, owner.consumerId);
      },
    });
    const ann: Principal = {
      kind: 'person',
      person: { name: 'ann', roles: ['analyst'] },
      scopes: ['read', 'act'],
      grants: [{ organisation: 'acme', flake: null, role: 'reader' }],
    };
    const accounts: Accounts = {
      ...nobody,
      authenticate: async () => ({ kind: 'principal', id: 'x', expiresAt: now() + day, principal: ann }),
    };
    const app = testApp({ reads, accounts, clock: context.clock, consumers: context.consumers });
    const headers = { Authorization: 'Bearer sg_x', 'Content-Type': 'application/x-www-form-urlencoded' };
    // Made on the page, which shows its address once.
    const made = async (name: string) => {
      const response = await app.request(`/consumers/feeds?name=${name}`, {
        method: 'POST',
        headers,
        body: 'act=make',
      });
      const [, key = ''] = /\/feeds\/consumer\/([\w-]{43})\.atom/.exec(await response.text()) ?? [];
      expect([response.status, response.headers.get('Cache-Control')]).toEqual([200, 'private, no-store']);
      return key;
    };
    const [key, other] = [await made('billing'), await made('web')];
    const page = await (await app.request('/consumers/feeds?name=billing', { headers })).text();
    expect(page).toContain('made by ann');
    expect(page).not.toContain(key);
    expect((await app.request('/consumers/feeds?name=billing')).status).toBe(404);

    const entries = async (of: string) => {
      const response = await app.request(`/feeds/consumer/${of}.json`);
      expect([response.status, response.headers.get('Cache-Control')]).toEqual([200, 'private, no-cache']);
      const { items } = (await response.json()) as { items: { id: string; title: string; content_text: string }[] };
      return items.map(({ id, title, content_text: text }) => [id.replace(/.*#/, ''), title, text]);
    };
    await look(from, true);
    expect([await entries(key), await entries(other)]).toEqual([[], []]);
    pass(day);
    await look(world.to, false);
    const second = await publish(await world.after());
    const [act] = await entries(key);
    expect(act?.slice(0, 2)).toEqual(['consumer-billing', `Act now: ${cve} (critical) in ${attr}`]);
    expect(act?.[2]).toContain('Run: nix flake update nixpkgs');
    expect(await entries(other)).toEqual([]);
    for (const type of ['rss', 'atom', 'json'] as const)
      expect(brokenRules(type, await (await app.request(`/feeds/consumer/${key}.${type}`)).text())).toEqual([]);
    const etag = (await app.request(`/feeds/consumer/${key}.atom`)).headers.get('ETag') ?? '';
    const again = () => app.request(`/feeds/consumer/${key}.atom`, { headers: { 'If-None-Match': etag } });
    expect((await again()).status).toBe(304);

    await lock('billing', second);
    expect((await entries(key))[0]?.[2]).toContain('Act now: deploy nixpkgs 0.1.2');
    await runs('billing', await world.fixed());
    const [fixed] = await entries(key);
    expect(fixed?.slice(0, 2)).toEqual(['consumer-billing', `Fixed: ${cve} (critical) in ${attr}`]);
    expect((await again()).status).toBe(200);
    await lock('web', second);
    expect(await entries(other)).toEqual([]);

    const [feed] = (await feeds.list({ name: 'billing', by: null })) ?? [];
    const body = `act=revoke&id=${feed?.id}`;
    await app.request('/consumers/feeds?name=billing', { method: 'POST', headers, body });
    const wrong = [key, other.slice(1), `${other}x`, 'x'.repeat(43), '..'];
    for (const one of wrong) expect((await app.request(`/feeds/consumer/${one}.atom`)).status).toBe(404);
    expect((await app.request(`/feeds/consumer/${other}.exe`)).status).toBe(404);
    expect((await app.request(`/feeds/consumer/${other}.atom`)).status).toBe(200);
  });
});
