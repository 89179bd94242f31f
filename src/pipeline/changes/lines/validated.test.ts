import { expect, test } from 'vitest';
import { leavingSays, type ValidatedModule, validationOf } from './validated.ts';

/** Certificate 4985 of the CMVP: OpenSSL FIPS Provider 3.1.2, active until 2030-03-10. */
const openssl: ValidatedModule = {
  attr: 'openssl',
  module: 'OpenSSL FIPS Provider',
  certificate: '4985',
  versions: ['3.1.2'],
  patches: ['use-etc-ssl-certs.patch'],
  status: 'active',
  activeUntil: Date.parse('2030-03-11T00:00Z'),
};
const now = Date.parse('2026-11-25T00:00Z');
const state = (version: string, ...patches: readonly string[]) => ({
  version,
  patches: patches.map((name) => ({ name })),
});

test.each([
  ['just what was validated', [state('3.1.2'), state('3.1.2', 'use-etc-ssl-certs.patch')], []],
  ['nothing of it', [], ['the channel does not carry it']],
  ['a newer one', [state('3.5.4')], ['3.5.4 is carried, validated is 3.1.2']],
  ['a newer one on one system', [state('3.1.2'), state('3.1.3')], ['3.1.3 is carried, validated is 3.1.2']],
  [
    'a fix on top',
    [state('3.1.2', 'use-etc-ssl-certs.patch', 'CVE-2024-5535.patch')],
    ['it is patched beyond what was validated: CVE-2024-5535.patch'],
  ],
  [
    'many',
    [state('3.1.2', '1', '2', '3', '4', '5', '6', '7')],
    ['it is patched beyond what was validated: 1, 2, 3, 4, 5 and 2 more'],
  ],
])('carried: %s', (_, carried, conflicts) => {
  expect(validationOf(openssl, carried, now).conflicts).toEqual(conflicts);
});

test.each([
  [openssl, Date.parse('2030-03-10T23:59:59.999Z'), 'active'],
  [openssl, Date.parse('2030-03-11T00:00Z'), 'historical'],
  [{ ...openssl, activeUntil: null }, Number.MAX_SAFE_INTEGER, 'active'],
  [{ ...openssl, status: 'revoked' as const }, Date.parse('2031-01-01T00:00Z'), 'revoked'],
])('its status follows the sunset date: %#', (module, at, status) => {
  expect(validationOf(module, [state('3.1.2')], at).module.status).toBe(status);
});

test('a fix stays within only as a version that was validated too', () => {
  const both = { module: { ...openssl, versions: ['3.0.8', '3.0.9'] } };
  expect(leavingSays(both, '3.0.9')).toBeNull();
  expect(leavingSays(both, '3.0.16')).toBe(
    'with the fix in 3.0.16 it is no longer what was validated: certificate 4985 of OpenSSL FIPS Provider names 3.0.8, 3.0.9',
  );
  expect(leavingSays({ module: { ...openssl, certificate: null } }, null)).toBe(
    'with a patch it is no longer what was validated: OpenSSL FIPS Provider is being validated as 3.1.2',
  );
});
