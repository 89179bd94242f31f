import { expect, test } from 'vitest';
import type { CaseRead, SlaPort } from '../sla-ports.ts';
import { finding, nobody, now, testApp } from '../testing.ts';

const day = 86_400_000;
const none = { count: 0, open: 0, medianMs: null, p90Ms: null, p95Ms: null };
const spread = { count: 3, open: 1, medianMs: 2 * day, p90Ms: null, p95Ms: null };
const hostile = '=cmd|<script>alert(1)</script>';

const row = {
  month: '2026-10',
  channel: hostile,
  band: 'critical' as const,
  response: { inTime: 1, missed: 0, nearMisses: 0 },
  remediation: { inTime: 2, missed: 1, nearMisses: 1 },
  started: 3,
  lateDetections: 1,
  rerated: 0,
  revised: 1,
  paused: { cases: 1, ms: day },
  intervals: { detect: spread, answer: none, fix: spread, fixFromMatch: spread, fixFromUpstream: none },
  exposureMs: 3 * day,
  adoption: none,
};
const name = { id: '7', advisoryId: 'CVE-2026-7', attr: '<b>xz</b>', channel: hostile };

function port(given: Partial<SlaPort> = {}): SlaPort {
  return {
    attainment: async () => ({
      asOf: now,
      rows: [row, { ...row, month: '2026-09' }],
      misses: [
        { name, band: 'critical', clock: 'remediation', month: '2026-10', dueAt: now - day, stoppedAt: null },
        { name, band: 'critical', clock: 'response', month: '2026-09', dueAt: now - 40 * day, stoppedAt: now },
      ],
    }),
    forecast: async () => ({
      items: [
        {
          name,
          band: 'high',
          fixKind: 'patch',
          dueAt: now + day,
          stages: [{ stage: 'fix', doneBy: now + 2 * day, basis: 9, alike: 'fix' }],
          doneBy: now + 2 * day,
          verdict: 'likely late',
        },
      ],
      scores: [{ month: '2026-10', ended: 10, byThen: 8 }],
    }),
    caseOf: async (id) => (id === '7' ? read : null),
    pages: async () => [waiting],
    acknowledge: async () => ({ kind: 'acknowledged' }),
    ...given,
  };
}

const read: CaseRead = {
  finding: finding('CVE-2026-7', 'xz', { id: '7' }),
  policy: 'standard version 1',
  clocks: [
    {
      name: 'contract.remediation',
      of: null,
      force: 'contract',
      startAt: now - day,
      dueAt: now + 6 * day,
      stoppedAt: null,
      state: 'running',
      because: '7 days for critical.',
    },
  ],
  flags: ['late_detection'],
  steps: [{ at: now - day, text: 'The clocks start.', by: null, responseDueAt: null, remediationDueAt: now + 6 * day }],
  facts: [],
};
const waiting = {
  id: '3',
  findingId: '7',
  advisoryId: 'CVE-2026-7',
  attr: 'xz',
  channel: 'rolling',
  clock: 'response',
  reason: 'at risk',
  band: 'critical',
  openedAt: now,
  person: 'ann',
  askedAt: now,
  answerBy: now + 60_000,
  acknowledgedAt: null,
  acknowledgedBy: null,
};

async function get(path: string, sla = port()) {
  const response = await testApp({ sla }).request(path);
  return { status: response.status, text: await response.text(), type: response.headers.get('Content-Type') };
}

test('the promise is shown with charts, numbers, misses and what is due', async () => {
  const { status, text } = await get('/sla');
  expect(status).toBe(200);
  for (const part of [
    '2 of 3',
    '66.6 %',
    '1 of 3 open',
    'revised: 1 fix did not hold',
    'likely late',
    'from 9 findings fixed by patch',
    '80 % did by the time',
    'role="img"',
    'url(#missed-critical)',
    'href="/sla/7"',
  ])
    expect(text).toContain(part);
  expect(text).not.toContain('<script>alert');
  expect(text).not.toContain('<b>xz');
  expect((await get('/sla?month=2026-09')).text).not.toContain('<th scope="row">2026-10');
});

test('before there is anything, it says so', async () => {
  const { status, text } = await get(
    '/sla',
    port({
      attainment: async () => ({ asOf: now, rows: [], misses: [] }),
      forecast: async () => ({ items: [], scores: [] }),
    }),
  );
  expect(status).toBe(200);
  expect(text).toContain('Nothing was promised yet');
});

test('as CSV and as JSON, of one month where one is asked for', async () => {
  const csv = await get('/sla/attainment.csv?month=2026-10');
  const [head = '', first = '', ...rest] = csv.text.split('\r\n');
  expect([csv.type, rest]).toEqual(['text/csv; charset=utf-8', ['']]);
  expect(first.split(',').length).toBe(head.split(',').length);
  expect(first).toContain("2026-10,'=cmd|<script>");
  const json = JSON.parse((await get('/sla/attainment.json')).text);
  expect([json.rows.length, json.misses.length, json.misses[0].stoppedAt]).toEqual([2, 2, null]);
});

test('the clocks of a finding, as a page and as JSON', async () => {
  expect((await get('/sla/7')).text).toContain('7 days for critical.');
  expect(JSON.parse((await get('/sla/7.json')).text).clocks[0].state).toBe('running');
  expect((await get('/sla/8')).status).toBe(404);
});

test('whom we told of a finding is for people of the house', async () => {
  const stamp = { at: now - day, recordedAt: now, precision: 'instant', evidence: null } as const;
  const facts: CaseRead['facts'] = [
    { ...stamp, kind: 'customer_notified', customer: 'billing', source: 'delivery', actor: 'robot' },
    {
      ...stamp,
      kind: 'customer_acknowledged',
      customer: 'billing',
      answer: 'done',
      reason: 'rolled out',
      source: 'customer',
      actor: 'team',
    },
    { ...stamp, kind: 'first_public', source: 'nvd', actor: 'robot' },
  ];
  const steps = [
    ...read.steps,
    {
      ...read.steps[0],
      at: now,
      text: 'Known: billing.',
      by: 'customer_notified',
      responseDueAt: null,
      remediationDueAt: null,
    },
  ] as const;
  const principal = {
    kind: 'person',
    person: { name: 'ann', roles: ['analyst'] },
    scopes: ['read'],
    grants: [{ organisation: 'acme', flake: null, role: 'reader' }],
  } as const;
  const app = testApp({
    sla: port({ caseOf: async () => ({ ...read, facts, steps }) }),
    accounts: {
      ...nobody,
      authenticate: async () => ({ kind: 'principal', id: 'T', expiresAt: now + day, principal }),
    },
  });
  const headers = { Authorization: 'Bearer sg_00000000' };
  const text = async (path: string, init = {}) => (await app.request(path, init)).text();
  const page = await text('/sla/7', { headers });
  for (const part of ['Customers', 'billing', 'says that it is done, which nothing shows so far: rolled out', 'team'])
    expect(page).toContain(part);
  expect(JSON.parse(await text('/sla/7.json', { headers })).facts).toHaveLength(3);
  expect(await text('/sla/7')).not.toMatch(/billing|rolled out/);
  const { facts: shown, steps: told } = JSON.parse(await text('/sla/7.json'));
  expect([shown.map(({ kind }: { kind: string }) => kind), told.length]).toEqual([['first_public'], 1]);
});

test('a call is taken on by who acts, and by nobody else', async () => {
  const taken: string[] = [];
  const sla = port({
    acknowledge: async ({ pageId, by }) => {
      taken.push(`${pageId} ${by.name}`);
      return { kind: 'acknowledged' };
    },
  });
  const stranger = testApp({ sla });
  expect((await stranger.request('/sla/calls/3', { method: 'POST' })).status).toBe(403);
  expect((await stranger.request('/sla/calls')).status).toBe(200);
  const principal = {
    kind: 'person',
    person: { name: 'ann', roles: ['analyst'] },
    scopes: ['act'],
    grants: [],
  } as const;
  const app = testApp({
    sla,
    accounts: {
      ...nobody,
      authenticate: async () => ({ kind: 'principal', id: 'T', expiresAt: now + day, principal }),
    },
  });
  const headers = { Authorization: 'Bearer sg_00000000' };
  const answer = await app.request('/sla/calls/3', { method: 'POST', headers });
  expect([answer.status, answer.headers.get('Location'), taken]).toEqual([303, '/sla/calls', ['3 ann']]);
  expect(await (await app.request('/sla/calls', { headers })).text()).toContain('Take it on');
});

test('the charts of two severities share no id', async () => {
  const { attainment } = port();
  const sla = port({
    attainment: async () => ({ ...(await attainment()), rows: [row, { ...row, band: 'high' }] }),
  });
  const ids = [...(await get('/sla', sla)).text.matchAll(/<pattern id="([^"]+)"/g)].map(([, id]) => id);
  expect(ids).toEqual(['missed-critical', 'missed-high']);
});
