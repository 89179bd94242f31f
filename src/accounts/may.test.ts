import { describe, expect, test } from 'vitest';
import { type Grant, mayRead, mayWrite, type Principal, type Role, roles, type Scope } from './index.ts';

const person = (
  roles: readonly Role[],
  scopes: readonly Scope[],
  ...given: readonly (readonly [organisation: string, flake: string | null, role: Grant['role']])[]
): Principal => ({
  kind: 'person',
  person: { name: 'ada', roles },
  scopes,
  grants: given.map(([organisation, flake, role]) => ({ organisation, flake, role })),
});
const robot = (scopes: readonly Scope[], organisation = 'acme', flake: string | null = null): Principal => ({
  kind: 'workload',
  name: 'ci',
  scopes,
  organisation,
  flake,
});
const secret = { organisation: 'acme', flake: 'inner', visibility: 'private' } as const;

describe('what may be read', () => {
  test.each<[string, Principal | null, boolean]>([
    ['a stranger', null, false],
    ['a person with every role, let in nowhere', person([...roles], ['read']), false],
    ['a reader of the organisation', person([], ['read'], ['acme', null, 'reader']), true],
    ['a reader of this flake, written otherwise', person([], ['read'], ['Acme', 'INNER', 'reader']), true],
    ['an owner of another flake', person([], ['read'], ['acme', 'outer', 'owner']), false],
    ['an owner of another organisation', person([], ['read'], ['acme2', null, 'owner']), false],
    ['an owner by a token that only publishes', person([], ['publish'], ['acme', null, 'owner']), false],
    ['a robot of the organisation', robot(['read']), true],
    ['a robot of the organisation, written otherwise', robot(['read'], 'ACME'), true],
    ['a robot that only uploads', robot(['cache-write', 'publish']), false],
    ['a robot of this flake', robot(['read'], 'acme', 'Inner'), true],
    ['a robot of another flake', robot(['read'], 'acme', 'outer'), false],
    ['a robot of another organisation', robot(['read'], 'acme2'), false],
  ])('%s: a private flake', (_, principal, expected) => {
    expect(mayRead(principal, secret)).toBe(expected);
    expect(mayRead(principal, { ...secret, visibility: 'unlisted' })).toBe(true);
    expect(mayRead(principal, { ...secret, visibility: 'public' })).toBe(true);
  });
});

describe('what may be written', () => {
  const flake = { organisation: 'acme', flake: 'inner' };
  test.each<[string, Principal | null, boolean]>([
    ['a stranger', null, false],
    ['a publisher of the organisation', person([], ['publish'], ['acme', null, 'publisher']), true],
    ['an owner of this flake', person([], ['publish'], ['acme', 'inner', 'owner']), true],
    ['a publisher of another flake', person([], ['publish'], ['acme', 'outer', 'publisher']), false],
    ['an owner without the scope', person([], ['read', 'act', 'push'], ['acme', null, 'owner']), false],
    ['a reader with the scope', person([], ['publish'], ['acme', null, 'reader']), false],
    ['a release manager who was let in nowhere', person(['release_manager'], ['publish']), false],
    ['a robot of all flakes', robot(['publish']), true],
    ['a robot of this flake', robot(['publish'], 'acme', 'inner'), true],
    ['a robot of another flake', robot(['publish'], 'acme', 'outer'), false],
    ['a robot of another organisation', robot(['publish'], 'other'), false],
    ['a robot that writes the cache', robot(['cache-write']), false],
  ])('%s publishes', (_, principal, expected) => expect(mayWrite(principal, 'publish', flake)).toBe(expected));

  test('what the organisation shares is not for the robot of one flake', () => {
    const shared = { organisation: 'acme', flake: null };
    expect(mayWrite(robot(['cache-write']), 'cache-write', shared)).toBe(true);
    expect(mayWrite(robot(['cache-write'], 'acme', 'inner'), 'cache-write', shared)).toBe(false);
    expect(mayWrite(person([], ['cache-write'], ['acme', null, 'publisher']), 'cache-write', shared)).toBe(true);
    expect(mayWrite(person([], ['cache-write'], ['acme', 'inner', 'owner']), 'cache-write', shared)).toBe(false);
  });

  test('whoever reviews may propose, an auditor may not', () => {
    const reader = ['acme', null, 'reader'] as const;
    expect(mayWrite(person(['reviewer'], ['push'], reader), 'push', flake)).toBe(true);
    expect(mayWrite(person(['reviewer'], ['push']), 'push', flake)).toBe(false);
    expect(mayWrite(person(['auditor'], ['push'], reader), 'push', flake)).toBe(false);
  });
});
