import { describe, expect, test } from 'vitest';
import { mayRead, mayWrite, type Principal, type Role, type Scope } from './index.ts';

const person = (roles: readonly Role[], scopes: readonly Scope[]): Principal => ({
  kind: 'person',
  person: { name: 'ada', roles },
  scopes,
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
    ['a person of the house who reads', person([], ['read']), true],
    ['a person by a token that only publishes', person(['release_manager'], ['publish']), false],
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
    ['a release manager with the scope', person(['release_manager'], ['publish']), true],
    ['a release manager without the scope', person(['release_manager'], ['read', 'act', 'push']), false],
    ['an analyst with the scope', person(['analyst'], ['publish']), false],
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
  });

  test('whoever reviews may propose, an auditor may not', () => {
    expect(mayWrite(person(['reviewer'], ['push']), 'push', flake)).toBe(true);
    expect(mayWrite(person(['auditor'], ['push']), 'push', flake)).toBe(false);
  });
});
