/** LC-03: the terms of the promise change by two policy admins, and by nobody alone. */
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import {
  type AccountsTables,
  createAccounts,
  makeCredential,
  type Person,
  type Role,
} from '../../../accounts/index.ts';
import { canonicalJson } from '../../../foundation/json.ts';
import { latestEvents } from '../../../journal/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import { databasesForTests } from '../../../platform/database/testing.ts';
import { createFindingStore, createTermsStore, defaultPolicyText, parsePolicy, type TermsStore } from '../index.ts';
import type { SlaPolicy } from '../policy.ts';
import type { StoreTables } from '../tables.ts';
import { advisory, match } from '../testing.ts';
import { contentOfTerms, faultOfTerms, termsAt } from './terms-fault.ts';
import { changedTerms, termsNotice } from './terms-words.ts';

type Tables = StoreTables & AccountsTables;

const day = 86_400_000;
const begin = Date.UTC(2027, 2, 2, 10);
const random = (size: number) => new Uint8Array(randomBytes(size));
const admin = (name: string): Person => ({ name, roles: ['policy_admin'] });
const [ada, grace] = [admin('ada'), admin('grace')];

/** The standard terms with these lines in place of theirs. */
function terms(version: number, given: { readonly high?: string; readonly from?: string } = {}): SlaPolicy {
  const { high = 'P15D', from = '2020-01-01T00:00:00Z' } = given;
  return parsePolicy(
    defaultPolicyText
      .replace('version = 1', `version = ${version}`)
      .replace('remediation = "P15D"', `remediation = "${high}"`)
      .replace('2020-01-01T00:00:00Z', from),
  );
}
const first = terms(1);
const slower = terms(2, { high: 'P30D' });

describe('what is in force of all that was put in force', () => {
  const stable = { ...terms(1), id: 'stable', channels: ['stable'], effectiveFrom: begin - 2 * day };
  const coming = terms(3, { from: '2027-04-01T00:00:00Z' });
  test.each<readonly [string, readonly SlaPolicy[], readonly SlaPolicy[]]>([
    ['nothing yet', [], []],
    ['the last of two that hold everywhere', [first, slower], [slower]],
    ['terms of one channel beside the general ones', [first, stable], [first, stable]],
    [
      'general ones that came later end those of a channel',
      [stable, terms(2, { from: '2027-03-01' })],
      [terms(2, { from: '2027-03-01' })],
    ],
    ['what is still to come', [first, coming], [first, coming]],
    ['of one version the later text', [first, { ...first, channels: [] }], [{ ...first, channels: [] }]],
  ])('%s', (_, taken, expected) => {
    expect(termsAt(taken, begin)).toEqual(expected);
  });

  test.each<readonly [string, SlaPolicy, string | null]>([
    ['a higher version', slower, null],
    ['another text of a version in use', { ...first, pause: { ...first.pause, enabled: true } }, 'version_used'],
    ['the same text', first, null],
    ['what would never come into effect', terms(2, { from: '2019-12-31' }), 'older_terms'],
    ['older, of another channel', { ...terms(9, { from: '2019-12-31' }), id: 'b', channels: ['b'] }, 'older_terms'],
  ])('%s', (_, policy, expected) => {
    expect(faultOfTerms(policy, { current: [first], used: [first], at: begin })).toBe(expected);
  });
});

test('a change is told setting by setting, as it is written in the file', () => {
  const other = { ...slower, alerts: { ...slower.alerts, fractions: [0.5], before_due: [] } };
  expect(changedTerms(first, other)).toEqual([
    'alerts.before_due: [PT12H, PT6H, PT2H] becomes []',
    'alerts.fractions: [0.5, 0.75, 0.9, 1] becomes [0.5]',
    'version: 1 becomes 2',
    'windows.high.remediation: P15D becomes P30D',
  ]);
  const escalators = first.escalators.slice(0, 1);
  expect(changedTerms(first, { ...first, escalators, effectiveFrom: begin })).toEqual([
    'effectiveFrom: 2020-01-01T00:00:00Z becomes 2027-03-02T10:00:00Z',
    'escalators.2.at_least: high becomes nothing',
    'escalators.2.end_pause: false becomes nothing',
    'escalators.2.page: false becomes nothing',
    'escalators.2.when: [public_poc_network_noauth] becomes nothing',
  ]);
});

describe.each(await databasesForTests())('on $name', (engine) => {
  let db: Database<Tables>;
  let now: number;
  let store: TermsStore;
  let accounts: ReturnType<typeof createAccounts>;
  const names = async () => (await store.inForce()).map(({ id, version }) => `${id} ${version}`);
  const founded = async (...people: readonly Person[]) => {
    for (const { name, roles } of people) {
      const { id, secretHash } = makeCredential('sg', random);
      const founder = { name, roles, email: `${name}@example.org`, identity: null, key: { id, secretHash } };
      expect(await accounts.people.found({ founder, at: now })).toMatchObject({ kind: 'done' });
    }
  };
  const proposed = async (policy: SlaPolicy, by = ada) => {
    const outcome = await store.propose({ policy, by });
    if (outcome.kind !== 'proposed') throw new Error(JSON.stringify(outcome));
    return outcome.content;
  };

  beforeEach(async () => {
    db = await engine.open<Tables>();
    now = begin;
    store = createTermsStore({ db, clock: { now: () => now } });
    accounts = createAccounts({ organisation: 'acme', db, random, verifyWorkload: null });
  });

  test('the first terms are taken as they are, and told once', async () => {
    await store.adopt(first);
    await store.adopt(first);
    expect(await names()).toEqual(['standard 1']);
    expect(await store.history()).toEqual([
      {
        content: contentOfTerms(first),
        policy: first,
        basis: 'first',
        proposedBy: null,
        takenBy: 'operator',
        takenAt: now,
      },
    ]);
    const events = await latestEvents(db, { kinds: ['sla.terms-taken'], limit: 9 });
    expect(events).toMatchObject([{ subject: 'standard version 1', actor: 'operator', payload: { basis: 'first' } }]);
  });

  test('what findings were opened under before approval was asked is the first, not an edit of it', async () => {
    const row = { id: 'standard', version: 1, body: canonicalJson(first), first_used_at: 1 };
    await db.write((trx) => trx.insertInto('finding_policy').values(row).execute());
    const edited = terms(1, { high: 'P30D' });
    await store.adopt(edited);
    await store.adopt(edited);
    expect((await store.history()).map(({ policy, basis }) => [policy, basis])).toEqual([[first, 'first']]);
    expect(termsNotice(await store.standing(edited))).toMatch(
      /standard version 1 stays in force\. Put the old text back/,
    );
    await store.adopt(terms(2, { high: 'P30D' }));
    expect(await names()).toEqual(['standard 2']);
  });

  test('as long as nobody could approve, an edit is taken at the next start', async () => {
    await store.adopt(first);
    await founded(ada);
    expect(termsNotice(await store.standing(slower))).toMatch(
      /standard version 1 stays in force until .* starts again/,
    );
    await store.adopt(slower);
    expect(await names()).toEqual(['standard 2']);
    expect(await store.propose({ policy: terms(3), by: ada })).toEqual({ kind: 'refused', why: 'not_founded' });
    // Not even then below terms that findings were opened under.
    await store.adopt(terms(3, { from: '2019-01-01' }));
    expect(await names()).toEqual(['standard 2']);
  });

  test('in a founded house an edit waits for two, and what is in force does not move', async () => {
    await store.adopt(first);
    await founded(ada, grace);
    await store.adopt(slower);
    expect(await names()).toEqual(['standard 1']);
    expect(termsNotice(await store.standing(slower))).toMatch(/nobody approved it.*snowguard policy propose/);
    const content = await proposed(slower);
    expect(content).toBe(contentOfTerms(slower));
    expect(await store.proposals()).toMatchObject([
      { content, proposedBy: 'ada', changes: ['version: 1 becomes 2', 'windows.high.remediation: P15D becomes P30D'] },
    ]);
    expect(termsNotice(await store.standing(slower))).toContain(`snowguard policy approve ${content.slice(0, 16)}`);
    for (const [by, why] of [
      [ada, 'same_person'],
      [admin('eve'), 'not_a_person'],
      [admin('robot'), 'not_a_person'],
    ] as const)
      expect(await store.approve({ content, by })).toEqual({ kind: 'refused', why });
    expect(await names()).toEqual(['standard 1']);
    now += day;
    expect(await store.approve({ content, by: grace })).toMatchObject({ kind: 'taken', policy: { version: 2 } });
    expect(await names()).toEqual(['standard 2']);
    expect((await store.standing(slower)).isInForce).toBe(true);
    expect(termsNotice(await store.standing(first))).toMatch(/standard version 2 stays in force/);
    expect((await store.history()).map(({ basis, proposedBy, takenBy }) => [basis, proposedBy, takenBy])).toEqual([
      ['approved', 'ada', 'grace'],
      ['first', null, 'operator'],
    ]);
    const events = await latestEvents(db, { kinds: ['sla.terms-proposed', 'sla.terms-taken'], limit: 2 });
    expect(events.map(({ kind, actor, payload }) => [kind, actor, payload.content])).toEqual([
      ['sla.terms-taken', 'grace', content],
      ['sla.terms-proposed', 'ada', content],
    ]);
    expect(await store.approve({ content, by: grace })).toEqual({ kind: 'refused', why: 'no_proposal' });
    expect(await store.propose({ policy: slower, by: ada })).toEqual({ kind: 'refused', why: 'in_force' });
  });

  test('terms with a later day hold from that day on', async () => {
    await store.adopt(first);
    await founded(ada, grace);
    const content = await proposed(terms(2, { from: '2027-03-10T00:00:00Z' }));
    await store.approve({ content, by: grace });
    const findings = createFindingStore({ db, policies: store.inForce, clock: { now: () => now } });
    const opened = async (id: string) => {
      await findings.update({
        channel: 'rolling',
        scope: { kind: 'advisories', ids: [id] },
        matches: [match(id, 'xz')],
        advisories: new Map([[id, advisory(id)]]),
        packages: new Map([['xz', { version: '1.0', coveredSince: null, shippedSince: null }]]),
        at: now,
      });
      const [one] = await findings.byAdvisories([id]);
      return (await findings.caseOf(one?.finding.id ?? ''))?.policy.version;
    };
    expect(await opened('CVE-2027-1')).toBe(1);
    now = Date.UTC(2027, 2, 10);
    expect(await opened('CVE-2027-2')).toBe(2);
    expect(await opened('CVE-2027-1')).toBe(1);
    // Version 2 is in use: no other text may have that number any more.
    const edited = terms(2, { from: '2027-03-10T00:00:00Z', high: 'P99D' });
    expect(await store.propose({ policy: edited, by: ada })).toEqual({ kind: 'refused', why: 'version_used' });
    expect(termsNotice(await store.standing(edited))).toMatch(/cannot take effect.*as a higher version/);
  });

  test('what was proposed falls after a week, when withdrawn, and with its author', async () => {
    await store.adopt(first);
    await founded(ada, grace);
    const late = await proposed(slower);
    now += 7 * day;
    expect(await store.approve({ content: late, by: grace })).toEqual({ kind: 'refused', why: 'no_proposal' });
    const stopped = await proposed(slower);
    expect(await store.withdraw({ content: stopped, by: grace })).toMatchObject({ kind: 'withdrawn' });
    expect(await store.approve({ content: stopped, by: grace })).toEqual({ kind: 'refused', why: 'no_proposal' });
    const joan = {
      kind: 'add',
      name: 'joan',
      roles: ['policy_admin'],
      email: null,
      identity: null,
      key: null,
    } as const;
    const decide = async (change: Parameters<typeof accounts.people.propose>[0]['change'], [one, two]: Person[]) => {
      const outcome = await accounts.people.propose({ change, by: one ?? ada, at: now });
      const content = outcome.kind === 'proposed' ? outcome.content : '';
      expect(await accounts.people.approve({ content, by: two ?? ada, at: now })).toMatchObject({ kind: 'done' });
    };
    await decide(joan, [ada, grace]);
    const orphan = await proposed(slower);
    await decide({ kind: 'roles', name: 'ada', roles: ['analyst'] }, [grace, admin('joan')]);
    expect(await store.approve({ content: orphan, by: grace })).toEqual({ kind: 'refused', why: 'overtaken' });
    expect(await names()).toEqual(['standard 1']);
  });
});

/** What one person can try, in any order, under every name they can make up, with roles they only claim. */
const anyAct = fc.oneof(
  fc.record({
    act: fc.constantFrom('edit' as const, 'start' as const, 'propose' as const),
    version: fc.integer({ min: 1, max: 4 }),
  }),
  fc.record({ act: fc.constantFrom('approve' as const, 'withdraw' as const), version: fc.nat(3) }),
  fc.record({ act: fc.constant('sock puppet' as const), version: fc.nat(3) }),
  fc.record({ act: fc.constant('wait' as const), version: fc.nat(9) }),
);

test('no order of acts of one policy admin puts terms in force', async () => {
  const [engine] = await databasesForTests();
  if (engine === undefined) throw new Error('no engine');
  const db = await engine.open<Tables>();
  let now = begin;
  const store = createTermsStore({ db, clock: { now: () => now } });
  const accounts = createAccounts({ organisation: 'acme', db, random, verifyWorkload: null });
  await store.adopt(first);
  for (const { name, roles } of [ada, grace]) {
    const { id, secretHash } = makeCredential('sg', random);
    const founder = { name, roles, email: `${name}@example.org`, identity: null, key: { id, secretHash } };
    await accounts.people.found({ founder, at: now });
  }
  const before = await store.history();
  const contents: string[] = [];
  const everything: readonly Role[] = ['policy_admin', 'release_manager', 'security_lead'];
  await fc.assert(
    fc.asyncProperty(fc.array(anyAct, { minLength: 1, maxLength: 12 }), async (acts) => {
      let file = slower;
      for (const { act, version } of acts) {
        const content = contents[version % Math.max(1, contents.length)] ?? '';
        if (act === 'wait') now += version * day;
        else if (act === 'edit') file = terms(version, { high: `P${20 + version}D` });
        else if (act === 'start') await store.adopt(file);
        else if (act === 'propose') {
          const outcome = await store.propose({ policy: file, by: ada });
          if (outcome.kind === 'proposed') contents.push(outcome.content);
        } else if (act === 'sock puppet') {
          // A second account of their own: by the same mailbox it cannot be, by another it wants a second policy admin.
          for (const email of ['ada+2@example.org', 'sock@example.org']) {
            const change = { kind: 'add', name: 'sock', roles: everything, email, identity: null, key: null } as const;
            const added = await accounts.people.propose({ change, by: ada, at: now });
            if (added.kind === 'proposed') await accounts.people.approve({ content: added.content, by: ada, at: now });
          }
        } else
          for (const name of ['ada', 'sock', 'robot', 'operator'])
            await store[act]({ content, by: { name, roles: everything } });
      }
      expect(await store.history()).toEqual(before);
    }),
    { numRuns: 40 },
  );
  expect(contents.length).toBeGreaterThan(5);
});
