import { expect, test } from 'vitest';
import type { CoveredPort, CoveredRow } from '../covered-port.ts';
import { testApp } from '../testing.ts';

const rowOf = (attr: string, given: Partial<CoveredRow> = {}): CoveredRow => ({
  package: { attr, category: 'dns', owner: 'security', since: '2026-11-01', askedBy: ['<i>payments</i>'] },
  standing: { kind: 'carried', version: '9.20.4', systems: ['x86_64-linux'] },
  suggestion: null,
  notice: null,
  ...given,
});
const gone = rowOf('stubby', {
  standing: { kind: 'renamed', to: 'getdns', message: "'stubby' has been renamed to/replaced by 'getdns'" },
  suggestion: 'Cover getdns in its place',
  notice: {
    attr: 'stubby',
    reason: 'nobody uses it',
    proposedBy: 'ada',
    proposedAt: 0,
    approvedBy: 'bob',
    approvedAt: 0,
    endsAt: Date.parse('2026-12-25T00:00:00Z'),
  },
});
const asked: unknown[] = [];
const port = (items: readonly CoveredRow[]): Pick<CoveredPort, 'list' | 'history'> => ({
  list: async (query) => {
    asked.push(query);
    return {
      items,
      next: 'dns/stubby',
      total: 9,
      categories: [{ name: 'dns', packages: 9 }],
      counts: { carried: 8, partly: 0, renamed: 1, gone: 0, broken: 0, unknown: 0 },
    };
  },
  history: async () => [
    {
      at: 0,
      kind: 'catalog.covered-changed',
      actor: 'ada',
      subject: 'covered',
      added: ['bind'],
      removed: [],
      altered: [],
      reason: 'three teams',
    },
  ],
});
const never = () => Promise.reject(new Error('a stranger changes nothing'));
const appOf = (items: readonly CoveredRow[]) =>
  testApp({ covered: { ...port(items), add: never, end: never, keep: never } });

test('shows each package with its state, what to do, its notice and the history, and no form to strangers', async () => {
  const response = await appOf([rowOf('bind'), gone]).request(
    '/covered?category=dns&standing=renamed&q=st&after=dns%2Fa',
  );
  expect(response.status).toBe(200);
  const text = await response.text();
  for (const part of [
    '9.20.4',
    'renamed',
    'Cover getdns in its place',
    'ends on',
    'nobody uses it',
    'three teams',
    'added bind',
  ])
    expect(text).toContain(part);
  expect(text).toContain('&lt;i&gt;payments');
  expect(text).not.toContain('method="post"');
  expect(text).toContain('after=dns%2Fstubby');
  expect(asked.at(-1)).toMatchObject({ category: 'dns', standing: 'renamed', text: 'st', after: 'dns/a' });
});

test('what cannot be meant is left out, and nothing found is said', async () => {
  const text = await (await appOf([]).request('/covered?standing=perfect')).text();
  expect(asked.at(-1)).toMatchObject({ standing: null });
  expect(text).toContain('Show all');
});

test('a stranger who sends the form is asked to sign in', async () => {
  const body = new URLSearchParams({ act: 'add', attr: 'xz', category: 'dns', reason: 'r' });
  const response = await appOf([]).request('/covered', { method: 'POST', body });
  expect([response.status, response.headers.get('Location')]).toEqual([303, '/sign-in?next=%2Fcovered']);
});

test('the API tells the same', async () => {
  const response = await appOf([gone]).request('/api/v1/covered?standing=renamed');
  expect(await response.json()).toMatchObject({
    items: [
      {
        attr: 'stubby',
        standing: 'renamed',
        says: expect.stringContaining('getdns'),
        endsAt: '2026-12-25T00:00:00Z',
      },
    ],
    total: 9,
  });
  expect((await appOf([]).request('/api/v1/covered?standing=perfect')).status).toBe(400);
});
