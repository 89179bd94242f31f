import { expect, test } from 'vitest';
import type { Accounts } from '../../accounts/index.ts';
import { emptyQueue, nobody, now, testApp } from '../testing.ts';

const accounts: Accounts = {
  ...nobody,
  authenticate: async (name) => ({
    kind: 'principal',
    id: name,
    expiresAt: now + 1_000,
    principal: {
      kind: 'person',
      person: { name, roles: name === 'ana' ? ['analyst'] : ['auditor'] },
      scopes: ['act', 'read'],
      grants: [],
    },
  }),
};
const asked: unknown[] = [];
const app = testApp({
  accounts,
  triage: {
    ...emptyQueue,
    takeUnbounded: async ({ by, ...given }) => {
      if (!by.roles.includes('analyst')) return { kind: 'refused', why: 'role_missing' };
      asked.push({ ...given, by: by.name });
      return given.id === 'CVE-2025-12781'
        ? { kind: 'taken', advisoryId: given.id, attrs: given.attrs ?? [] }
        : { kind: 'refused', why: 'nothing_waits' };
    },
  },
});
const as = (name: string) => ({ Authorization: `Bearer ${name}` });
const post = (name: string | null, fields: Readonly<Record<string, string>>) =>
  app.request('/unbounded', {
    method: 'POST',
    headers: { ...(name === null ? {} : as(name)), 'Content-Type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(fields).toString(),
  });

test('only an analyst is offered to take something on', async () => {
  for (const [headers, offered] of [
    [as('ana'), true],
    [as('otto'), false],
    [{}, false],
  ] as const) {
    const text = await (await app.request('/unbounded', { headers })).text();
    expect(text).toContain('CVE-2025-12781');
    expect(text.includes('Put it into the queue')).toBe(offered);
  }
});

test('what only another distribution fixed is a list of its own, and what is taken on there leads back to it', async () => {
  const text = await (await app.request('/unbounded?kind=elsewhere', { headers: as('ana') })).text();
  expect(text).toContain('<h1>Fixed elsewhere</h1>');
  expect(text).toContain('fixed in 3.13.11');
  expect(text).toContain('action="/unbounded?kind=elsewhere"');
  expect(text).toContain('<a href="/unbounded?kind=elsewhere" aria-current="true">');
  const taken = await app.request('/unbounded?kind=elsewhere', {
    method: 'POST',
    headers: { ...as('ana'), 'Content-Type': 'application/x-www-form-urlencoded' },
    body: 'id=CVE-2025-12781&attr=python3',
  });
  expect(taken.headers.get('Location')).toBe('/unbounded?kind=elsewhere');
  asked.pop();
});

test('what is taken on is asked for in their name; everything else changes nothing and says why', async () => {
  const taken = await post('ana', { id: 'CVE-2025-12781', attr: 'python3' });
  expect([taken.status, taken.headers.get('Location')]).toEqual([303, '/unbounded']);
  expect(asked).toEqual([{ id: 'CVE-2025-12781', channel: null, attrs: ['python3'], by: 'ana', at: now }]);
  expect(await (await post('ana', { id: 'CVE-2000-1' })).text()).toContain('It does not wait there any more.');
  expect(await (await post('otto', { id: 'CVE-2025-12781' })).text()).toContain('That takes an analyst.');
  expect((await post(null, { id: 'CVE-2025-12781' })).status).toBe(303);
  expect(asked).toHaveLength(2);
});
