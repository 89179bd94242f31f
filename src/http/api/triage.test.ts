/** A script does what people do in the queue, over the real stores: by a person's token, with the same refusals. */
import { randomBytes } from 'node:crypto';
import { beforeEach, expect, test } from 'vitest';
import { type AccountsTables, createAccounts, makeCredential, type Role } from '../../accounts/index.ts';
import type { JournalTables } from '../../journal/index.ts';
import {
  createFindingStore,
  defaultPolicyText,
  type FindingsTables,
  parsePolicy,
} from '../../pipeline/findings/index.ts';
import { advisory, match } from '../../pipeline/findings/testing.ts';
import { oweReview } from '../../pipeline/findings/triage/post-mortem.ts';
import type { Database } from '../../platform/database/index.ts';
import { openTestDatabase } from '../../platform/database/testing.ts';
import { emptyQueue, now, testApp } from '../testing.ts';
import type { TriagePort } from '../triage-port.ts';

let app: ReturnType<typeof testApp>;
let db: Database<FindingsTables & AccountsTables & JournalTables>;
const tokens = new Map<string, string>();

beforeEach(async () => {
  db = await openTestDatabase<FindingsTables & AccountsTables & JournalTables>();
  const random = (size: number) => new Uint8Array(randomBytes(size));
  const accounts = createAccounts({ organisation: 'acme', db, random, verifyWorkload: null });
  const people: readonly (readonly [string, readonly Role[]])[] = [
    ['ada', ['policy_admin', 'analyst', 'reviewer']],
    ['grace', ['policy_admin', 'reviewer']],
  ];
  for (const [name, roles] of people) {
    const { text, id, secretHash } = makeCredential('sg', random);
    await accounts.people.found({
      founder: { name, roles, email: null, identity: null, key: { id, secretHash } },
      at: now,
    });
    tokens.set(name, text);
  }
  const findings = createFindingStore({
    db,
    policies: async () => [parsePolicy(defaultPolicyText)],
    clock: { now: () => now },
  });
  await findings.update({
    channel: 'rolling',
    scope: { kind: 'channel' },
    matches: ['CVE-2027-1', 'CVE-2027-2'].map((id) => match(id, 'xz')),
    advisories: new Map(['CVE-2027-1', 'CVE-2027-2'].map((id) => [id, advisory(id)])),
    packages: new Map([['xz', { version: '1.0', coveredSince: now, shippedSince: null }]]),
    at: now,
  });
  const findingPage: TriagePort['findingPage'] = async (id) => {
    const [finding, told] = await Promise.all([findings.triaged(id), findings.caseOf(id)]);
    if (finding === null || told === null) return null;
    const awaited = (await findings.awaited({ findingId: id, limit: 9 })).map((one) => one.awaited);
    const none = { siblings: [], elsewhere: [], validations: [], history: [] };
    return { finding, told, advisory: null, explanation: null, awaited, ...none };
  };
  app = testApp({ accounts, triage: { ...emptyQueue, ...findings, findingPage } });
});

const ask = async (path: string, name: string | null = null, body?: unknown) => {
  const response = await app.request(path, {
    headers: name === null ? {} : { Authorization: `Bearer ${tokens.get(name)}` },
    ...(body === undefined ? {} : { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};

const verdict = {
  reason: 'build-option-off',
  statement: 'The parser is not built.',
  evidence: 'https://example.org/log',
  details: { flags: '--without-x' },
  predicate: { from: null, before: null, patches: [], until: null },
};

test('one person proposes, another approves what waits', async () => {
  expect(await ask('/api/v1/queue')).toMatchObject({
    status: 200,
    body: { items: [{ count: 2, findings: [{ attr: 'xz', stage: 'matched' }, {}] }], next: null },
  });
  const proposed = await ask('/api/v1/findings/1/acts', 'ada', { kind: 'not-affected', verdict });
  expect(proposed).toMatchObject({ status: 200, body: { kind: 'done', stage: 'triaging' } });
  const { awaits } = proposed.body;
  expect(await ask('/api/v1/awaited')).toMatchObject({
    body: { items: [{ by: 'ada', content: awaits, finding: { id: '1' } }] },
  });
  const approval = { kind: 'approve', content: awaits };
  expect(await ask('/api/v1/findings/1/acts', 'ada', approval)).toMatchObject({
    status: 409,
    body: { type: 'urn:snowguard:problem:same-person' },
  });
  expect(await ask('/api/v1/findings/1/acts', 'grace', approval)).toMatchObject({
    status: 200,
    body: { stage: 'not_affected' },
  });
  expect(await ask('/api/v1/findings/1')).toMatchObject({
    body: { stage: 'not_affected', verdict: { signedBy: ['ada', 'grace'] } },
  });
});

test('a preview of several changes nothing', async () => {
  const wanted = { findings: ['1', '2', '9'], act: { kind: 'claim' } };
  expect(await ask('/api/v1/triage', 'ada', { ...wanted, dryRun: true })).toMatchObject({
    body: {
      dryRun: true,
      results: [{ outcome: { kind: 'done' } }, {}, { outcome: { kind: 'refused', why: 'no_finding' } }],
    },
  });
  expect(await ask('/api/v1/findings/1')).toMatchObject({ body: { claim: null } });
  await ask('/api/v1/triage', 'ada', wanted);
  expect(await ask('/api/v1/queue?claimedBy=ada')).toMatchObject({ body: { items: [{ count: 2 }] } });
});

test.each([
  ['/api/v1/findings/1/acts', null, { kind: 'claim' }, 401],
  ['/api/v1/findings/1/acts', 'grace', { kind: 'claim' }, 403],
  ['/api/v1/findings/9/acts', 'ada', { kind: 'claim' }, 404],
  ['/api/v1/findings/1/acts', 'ada', { kind: 'close' }, 409],
  ['/api/v1/findings/1/acts', 'ada', '{', 400],
  // Beyond what a date can be.
  [
    '/api/v1/findings/1/acts',
    'ada',
    { kind: 'report-upstream', link: 'https://example.org/', nextUpdateAt: 9e15 },
    400,
  ],
  ['/api/v1/findings/1/acts', 'ada', { kind: 'not-affected', verdict: { ...verdict, details: {} } }, 400],
  ['/api/v1/findings/1/acts', 'ada', 'x'.repeat(70_000), 413],
  ['/api/v1/triage', 'ada', { findings: [], act: { kind: 'claim' } }, 400],
  ['/api/v1/findings/999', null, undefined, 404],
] as const)('%s by %s with %j: %i', async (path, name, body, status) => {
  expect((await ask(path, name, body)).status).toBe(status);
});

test('a broken promise stands in the queue until somebody wrote what went wrong', async () => {
  await db.write((trx) => oweReview(trx, 1, now));
  const headers = { Authorization: `Bearer ${tokens.get('ada')}` };
  const text = async (path: string) => (await app.request(path, { headers })).text();
  const queue = await text('/queue');
  expect(queue).toContain('What went wrong?');
  expect(queue).toContain('/findings/1#post-mortem');
  expect(await text('/findings/1')).toContain('name="prevention"');
  expect(await text('/findings/2')).not.toContain('name="prevention"');
  const body = new URLSearchParams({ act: 'post-mortem', cause: 'nobody looked', prevention: 'the rota has no holes' });
  expect((await app.request('/findings/1', { method: 'POST', headers, body })).status).toBe(303);
  expect(await text('/queue')).not.toContain('What went wrong?');
  const again = await ask('/api/v1/findings/1/acts', 'ada', {
    kind: 'post-mortem',
    cause: 'nobody looked',
    prevention: 'nothing',
    evidence: null,
  });
  expect(again.status).toBe(409);
});
