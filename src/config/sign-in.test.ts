import { describe, expect, test } from 'vitest';
import { oidc, signIn } from './sign-in.ts';

describe('rules for CI jobs', () => {
  const rule = { preset: 'github', scopes: ['publish'], claims: { repository: 'acme/*' } };

  test('a preset knows its issuer', () => {
    expect(oidc.parse(rule)).toMatchObject({ issuer: 'https://token.actions.githubusercontent.com' });
    expect(oidc.parse({ ...rule, preset: 'gitlab', claims: { project_path: 'acme/**' } })).toMatchObject({
      issuer: 'https://gitlab.com',
    });
    expect(oidc.parse({ ...rule, preset: undefined, issuer: 'https://id.example/' })).toMatchObject({
      issuer: 'https://id.example/',
    });
  });

  test.each([
    ['whom nobody signs', { preset: undefined }, 'a preset'],
    ['everybody at GitHub', { claims: { ref: 'refs/heads/main' } }, 'your own house'],
    ['every owner', { claims: { repository: '*/secure' } }, 'your own house'],
    ['no claim', { claims: {} }, 'at least one claim'],
    ['a robot that acts', { scopes: ['act'] }, ''],
    ['nothing to do', { scopes: [] }, ''],
    ['in the clear', { preset: undefined, issuer: 'http://id.example' }, 'https'],
    ['an unknown key', { owner: 'acme' }, 'owner'],
  ])('refused: %s', (_, given, said) => {
    const parsed = oidc.safeParse({ ...rule, ...given });
    expect(parsed.success).toBe(false);
    expect(JSON.stringify(parsed.error?.issues)).toContain(said);
  });
});

test('a sign-in service in the clear is for this machine only', () => {
  const setting = { client_id: 'snowguard' };
  expect(signIn.safeParse({ ...setting, issuer: 'https://id.example' }).success).toBe(true);
  expect(signIn.safeParse({ ...setting, issuer: 'http://127.0.0.1:4000' }).success).toBe(true);
  expect(signIn.safeParse({ ...setting, issuer: 'http://localhost.evil.example' }).success).toBe(false);
});
