import { beforeEach, describe, expect, test } from 'vitest';
import type { Accounts, Grant, Member, Person } from '../../accounts/index.ts';
import { nobody, now, testApp } from '../testing.ts';

const roles = { olga: [], gus: [], ada: ['policy_admin'] } as const satisfies Record<string, Person['roles']>;
const owners: Readonly<Record<string, Grant>> = {
  olga: { organisation: 'acme', flake: null, role: 'owner' },
  gus: { organisation: 'acme', flake: 'tool', role: 'owner' },
};
const member = (person: string, flake: string | null): Member => ({
  person,
  organisation: 'acme',
  flake,
  role: 'reader',
  grantedAt: now,
  grantedBy: 'ada',
});

let asked: unknown[] = [];
beforeEach(() => {
  asked = [];
});
const accounts: Accounts = {
  ...nobody,
  authenticate: async (name) => ({
    kind: 'principal',
    id: name,
    expiresAt: now + 1_000,
    principal: {
      kind: 'person',
      person: { name, roles: roles[name as keyof typeof roles] ?? [] },
      scopes: ['act', 'read'],
      grants: [],
    },
  }),
  grants: {
    ...nobody.grants,
    members: async () => [member('alan', null), member('<b>bob</b>', 'tool')],
    decides: async ({ name, roles: own }, { flake }) =>
      own.includes('policy_admin') || (owners[name] !== undefined && [null, flake].includes(owners[name].flake)),
    set: async (given) => {
      asked.push(given);
      return given.person === 'nobody' ? { kind: 'refused', reason: 'there is no nobody' } : { kind: 'granted' };
    },
  },
};
const app = testApp({ accounts });
const as = (name: string) => ({ Authorization: `Bearer ${name}` });
const page = '/org/acme/members';
const api = '/api/v1/organisations/acme/members';

describe.each([page, api])('%s', (address) => {
  test.each([
    ['olga', /alan.*bob/s],
    ['ada', /alan.*bob/s],
    ['gus', /^(?!.*alan).*bob/s],
  ])('shows %s where they decide', async (name, expected) => {
    const response = await app.request(address, { headers: as(name) });
    const text = await response.text();
    expect(response.status).toBe(200);
    expect(text).toMatch(expected);
    if (address === page) expect(text).not.toContain('<b>bob');
  });

  test.each([{}, as('eve')])('is not there for others', async (headers) => {
    expect((await app.request(address, { headers })).status).toBe(404);
    const posted = await app.request(address, { method: 'POST', headers, body: '{"person":"eve","role":"owner"}' });
    expect(posted.status).toBeGreaterThanOrEqual(403);
    expect(asked).toEqual([]);
  });
});

test.each([
  ['{"person":"alan","role":"publisher"}', 200, { organisation: 'acme', flake: null }],
  ['{"person":"alan","role":null,"flake":"tool"}', 200, { organisation: 'acme', flake: 'tool' }],
  ['{"person":"nobody","role":"reader"}', 400, { organisation: 'acme', flake: null }],
  ['{"person":"alan"}', 400, null],
  ['{"person":"alan","role":"king"}', 400, null],
  ['nonsense', 400, null],
])('by the API: %s', async (body, status, place) => {
  const answer = await app.request(api, { method: 'POST', headers: as('olga'), body });
  expect(answer.status).toBe(status);
  expect(asked).toEqual(place === null ? [] : [expect.objectContaining({ place, at: expect.any(Number) })]);
});
