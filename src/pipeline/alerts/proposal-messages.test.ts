/** LC-03: what waits for a second person is told to those who can be it, and how it ended. */
import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  type AccountsTables,
  createAccounts,
  type KnownPerson,
  makeCredential,
  type PeopleChange,
  type Person,
  type Role,
} from '../../accounts/index.ts';
import { type CacheKey, parseSecretKey } from '../../formats/nix/signature.ts';
import type { JournalEvent } from '../../journal/index.ts';
import type { Database } from '../../platform/database/index.ts';
import { databasesForTests } from '../../platform/database/testing.ts';
import type { Signer } from '../../platform/signer/index.ts';
import { createTermsStore, defaultPolicyText, parsePolicy } from '../findings/index.ts';
import type { StoreTables } from '../findings/tables.ts';
import type { CacheTables } from '../releases/cache/tables.ts';
import { createCacheKeys, createExceptionStore, createKeyChanges } from '../releases/index.ts';
import { messagesOf } from './event-messages.ts';
import { isTold } from './index.ts';
import type { Message } from './message.ts';
import { sendAt } from './send-at.ts';
import { alertsOver, hookTarget, subscriptionOf, type TestTables } from './testing.ts';

type Tables = TestTables & AccountsTables & CacheTables & StoreTables;

const hour = 3_600_000;
const now = Date.UTC(2027, 2, 2, 10);
const both: readonly Role[] = ['policy_admin', 'release_manager'];
const person = (name: string): Person => ({ name, roles: both });
const [ada, ben, cleo] = [person('ada'), person('ben'), person('cleo')];
const random = (size: number) => new Uint8Array(randomBytes(size));
const fingerprint = () => {
  const { id, secretHash } = makeCredential('sg', random);
  return { id, secretHash };
};

/** Three who decide, one who does not; each hears of releases only, and so does a team that wants everything. */
async function house(db: Database<Tables>) {
  const { people } = createAccounts({ organisation: 'acme', db, random, verifyWorkload: null });
  for (const { name, roles } of [ada, ben]) {
    const founder = { name, roles, email: null, identity: null, key: fingerprint() };
    expect(await people.found({ founder, at: 1 })).toMatchObject({ kind: 'done' });
  }
  for (const { name, roles } of [cleo, { name: 'dan', roles: ['analyst'] as const }]) {
    const change: PeopleChange = { kind: 'add', name, roles, email: null, identity: null, key: null };
    const proposed = await people.propose({ change, by: ada, at: 2 });
    const content = proposed.kind === 'proposed' ? proposed.content : '';
    expect(await people.approve({ content, by: ben, at: 2 })).toMatchObject({ kind: 'done' });
  }
  const made = alertsOver(db, { targets: [hookTarget('hook', 'http://127.0.0.1:9')], now });
  for (const subscriber of ['ada', 'ben', 'cleo', 'dan', 'team'])
    await made.alerts.subscribe({
      subscription: subscriptionOf({ subscriber, kinds: subscriber === 'team' ? [] : ['release.published'] }),
      by: subscriber,
      at: now,
    });
  const seen = new Set<string>();
  /** Who was told what since the last time. */
  const told = async () => {
    const facts = { now: made.clock.now(), acts: [], exposed: [], notHeld: [], findings: new Map() };
    await made.alerts.plan(async () => ({ ...facts, people: await people.people() }));
    const rows = await db.read
      .selectFrom('alert_delivery as delivery')
      .innerJoin('alert_message as message', 'message.id', 'delivery.message_id')
      .innerJoin('alert_subscription as subscription', 'subscription.id', 'delivery.subscription_id')
      .select(['delivery.id', 'subscription.subscriber', 'message.body'])
      .execute();
    const fresh = rows.filter(({ id }) => !seen.has(id));
    for (const { id } of fresh) seen.add(id);
    return {
      to: fresh.map(({ subscriber }) => subscriber).sort(),
      message: JSON.parse(fresh[0]?.body ?? '{}') as Partial<Message>,
    };
  };
  return { ...made, people, told };
}

const contentOf = (outcome: { readonly kind: string; readonly content?: string }) => {
  if (outcome.content === undefined) throw new Error(`not proposed: ${JSON.stringify(outcome)}`);
  return outcome.content;
};
const asking = (content: string, command: string, url: string) => ({
  command: `${command} ${content.slice(0, 16)}`,
  links: [{ url }],
  facts: [{ name: 'Content', value: content.slice(0, 16) }, { name: 'Lapses' }],
});

describe.each(await databasesForTests())('those who hold the role, on $name', (engine) => {
  test('of a change of people', async () => {
    const { people, told, pass } = await house(await engine.open<Tables>());
    await told();
    const email = 'eve@example.org';
    const key = fingerprint();
    const change: PeopleChange = { kind: 'add', name: 'eve', roles: ['analyst'], email, identity: 'iss sub', key };
    const content = contentOf(await people.propose({ change, by: ada, at: now }));
    const first = await told();
    expect(first).toMatchObject({
      to: ['ben', 'cleo'],
      message: {
        ...asking(content, 'snowguard people approve', '/people'),
        subject: 'ada proposed: add eve as analyst',
        urgency: 'normal',
        lead: expect.stringContaining('policy_admin'),
      },
    });
    expect(first.message.facts?.[1]?.value).toBe('Tue, 09 Mar 2027 10:00:00 GMT');
    const text = JSON.stringify(first.message);
    for (const secret of [email, 'iss sub', key.id, key.secretHash]) expect(text).not.toContain(secret);
    expect((await told()).to).toEqual([]);
    await people.approve({ content, by: cleo, at: now });
    expect(await told()).toMatchObject({
      to: ['ada', 'ben'],
      message: { subject: 'cleo approved: add eve as analyst', command: null, lead: expect.stringContaining('ada') },
    });
    const removal = contentOf(await people.propose({ change: { kind: 'remove', name: 'dan' }, by: ben, at: now }));
    expect((await told()).to).toEqual(['ada', 'cleo']);
    await people.withdraw({ content: removal, by: ada, at: now });
    expect(await told()).toMatchObject({ to: ['ben', 'cleo'], message: { subject: 'ada withdrew: remove dan' } });
    // What nobody can sign any more when it comes to be told is not.
    await people.propose({ change: { kind: 'remove', name: 'dan' }, by: ben, at: now });
    pass(7 * 24 * hour);
    expect((await told()).to).toEqual([]);
    // That it lapsed is told to all of them, once.
    expect(await people.lapse(now + 7 * 24 * hour - 1)).toBe(0);
    expect(await people.lapse(now + 7 * 24 * hour)).toBe(1);
    expect(await people.lapse(now + 8 * 24 * hour)).toBe(0);
    expect(await told()).toMatchObject({
      to: ['ada', 'ben', 'cleo'],
      message: {
        subject: 'Nobody approved in time: remove dan',
        command: null,
        lead: expect.stringContaining('ben had'),
      },
    });
  });

  test('of terms, with what they change; first ones were proposed by nobody', async () => {
    const db = await engine.open<Tables>();
    const { clock, told } = await house(db);
    const terms = createTermsStore({ db, clock });
    const policy = parsePolicy(defaultPolicyText);
    await told();
    await terms.adopt(policy);
    expect((await told()).to).toEqual([]);
    const slower = parsePolicy(
      defaultPolicyText.replace('version = 1', 'version = 2').replace('remediation = "P15D"', 'remediation = "P30D"'),
    );
    const content = contentOf(await terms.propose({ policy: slower, by: ada }));
    const { to, message } = await told();
    expect({ to, message }).toMatchObject({
      to: ['ben', 'cleo'],
      message: {
        ...asking(content, 'snowguard policy approve', '/policy'),
        subject: `ada proposed: the terms ${policy.id} version 2`,
      },
    });
    expect(message.lines?.join()).toContain('30');
    await terms.withdraw({ content, by: ada });
    expect(await told()).toMatchObject({ to: ['ben', 'cleo'], message: { lead: expect.stringContaining('Nothing') } });
    await terms.approve({ content: contentOf(await terms.propose({ policy: slower, by: ben })), by: ada });
    expect((await told()).to).toEqual(['ada', 'ben', 'cleo', 'cleo']);
  });

  test('of keys of the cache', async () => {
    const db = await engine.open<Tables>();
    const { told } = await house(db);
    const kept = new Map<string, CacheKey>();
    const signer: Signer = {
      keys: async () => [...kept.values()],
      add: async (name, text) => {
        const key = parseSecretKey(text);
        if (key !== null) kept.set(name, key);
        return key !== null;
      },
      remove: async (name) => kept.delete(name),
    };
    const keys = createCacheKeys({ db, signer, random });
    await keys.generate({ name: 'k-1', at: 1, actor: 'robot' });
    const changes = createKeyChanges({ db, keys });
    await told();
    const change = { kind: 'add', name: 'k-2' } as const;
    const content = contentOf(await changes.propose({ change, by: ben, at: now }));
    expect(await told()).toMatchObject({
      to: ['ada', 'cleo'],
      message: {
        ...asking(content, 'snowguard cache key approve', '/cache'),
        subject: 'ben proposed: sign with a new key k-2 too',
      },
    });
    expect(await changes.approve({ content, by: ada, at: now })).toMatchObject({ kind: 'done' });
    expect(await told()).toMatchObject({ to: ['ben', 'cleo'], message: { lead: expect.stringContaining('ben had') } });
    const again = contentOf(await changes.propose({ change: { kind: 'add', name: 'k-3' }, by: ben, at: now }));
    await told();
    await changes.withdraw({ content: again, by: cleo, at: now });
    expect((await told()).message.subject).toBe('cleo withdrew: sign with a new key k-3 too');
  });

  test('of a release that cannot wait, at once', async () => {
    const db = await engine.open<Tables>();
    const { people, told } = await house(db);
    const store = createExceptionStore(db);
    // Who decides about people only is not waited for here.
    const roles = { kind: 'roles', name: 'cleo', roles: ['policy_admin'] } as const;
    await people.approve({
      content: contentOf(await people.propose({ change: roles, by: ada, at: now })),
      by: ben,
      at: now,
    });
    await told();
    const wanted = { channel: 'rolling', commitId: 'c1c2c3c4c5c6', reason: 'exploited' };
    const content = contentOf(await store.ask({ ...wanted, by: ada, at: now }));
    expect(await told()).toMatchObject({
      to: ['ben'],
      message: {
        ...asking(content, 'snowguard release approve', '/releases'),
        urgency: 'urgent',
        subject: expect.stringContaining('release rolling at c1c2c3c4c5,'),
        lines: ['Why: exploited'],
      },
    });
    const heads = new Map([['rolling', wanted.commitId]]);
    await store.approve({ content, by: ben, heads, at: now });
    expect(await told()).toMatchObject({ to: ['ada'], message: { urgency: 'normal' } });
    const other = contentOf(await store.ask({ ...wanted, reason: 'once more', by: ben, at: now }));
    await told();
    await store.refuse({ content: other, by: ada, at: now });
    expect(await told()).toMatchObject({ to: ['ben'], message: { subject: expect.stringContaining('ada refused: ') } });
    await store.ask({ ...wanted, reason: 'and again', by: ben, at: now });
    await told();
    await people.lapse(now + 24 * hour);
    const subject = expect.stringContaining('Nobody approved in time: release rolling at c1c2c3c4c5,');
    expect(await told()).toMatchObject({ to: ['ada', 'ben'], message: { subject, urgency: 'normal' } });
  });
});

const known = ({ name, roles }: Person, removedAt: number | null = null): KnownPerson => ({
  name,
  roles,
  email: null,
  identity: null,
  addedAt: 1,
  removedAt,
});
const event = (kind: string, payload: JournalEvent['payload'], actor = 'ada'): JournalEvent => ({
  sequence: 1,
  at: now,
  kind,
  subject: 'k-2',
  actor,
  payload,
});
const toldOf = (one: JournalEvent, people?: readonly KnownPerson[]) =>
  messagesOf([one], { now, acts: [], exposed: [], notHeld: [], findings: new Map(), ...(people && { people }) });

test.each([
  ['accounts.change-withdrawn', 'a change of k-2'],
  ['cache.key-change-withdrawn', 'a change of the key k-2'],
])('%s as it was written before', (kind, what) => {
  const [planned, ...more] = toldOf(
    event(kind, { content: 'c', proposedBy: 'ben' }),
    [ada, ben].map((one) => known(one)),
  );
  expect(more).toEqual([]);
  expect(planned?.message.subject).toBe(`ada withdrew: ${what}`);
});

test('not who left, not where nobody asked who there is, not what the operator did', () => {
  const proposed = event('cache.key-change-proposed', { content: 'c', change: { kind: 'add', name: 'k-2' } });
  expect(isTold(proposed)).toBe(true);
  expect(
    toldOf(proposed, [known(ada), known(ben), known(cleo, now)]).map(({ message }) => message.about),
  ).toMatchObject([{ subscriber: 'ben' }]);
  expect(toldOf(proposed)).toEqual([]);
  const change: PeopleChange = { kind: 'remove', name: 'k-2' };
  expect(toldOf(event('accounts.person-changed', { change, proposedBy: null }, 'operator'), [known(ada)])).toEqual([]);
});

test('a weekly digest would come when it has lapsed', () => {
  const waits = { kind: 'accounts.change-proposed', urgency: 'normal' } as const;
  const week = subscriptionOf({ digest: 'week' });
  expect(sendAt(week, waits, now)).toBe(Date.UTC(2027, 2, 3, 8));
  expect(sendAt(week, { ...waits, kind: 'finding.opened' }, now)).toBe(Date.UTC(2027, 2, 8, 8));
  expect(sendAt(subscriptionOf(), waits, now)).toBe(now);
});
