import { expect, test } from 'vitest';
import { feedData, isAffected, recordsAt } from '../reading/testing.ts';
import { normaliseOpenssl } from './normalise.ts';
import { openssl } from './source.ts';

/** Facts of https://openssl-library.org/news/secjson/cve-2024-0727.json, retyped. */
const pkcs12 = {
  dataVersion: '5.0',
  cveMetadata: { cveId: 'CVE-2024-0727', state: 'PUBLISHED' },
  containers: {
    cna: {
      title: 'PKCS12 Decoding crashes',
      datePublic: '2024-01-25T00:00:00.000Z',
      metrics: [{ format: 'other', other: { type: 'https://www.openssl.org/policies/', content: { text: 'Low' } } }],
      affected: [
        {
          vendor: 'OpenSSL',
          product: 'OpenSSL',
          defaultStatus: 'unaffected',
          versions: [
            { version: '3.2.0', lessThan: '3.2.1', status: 'affected', versionType: 'semver' },
            { version: '3.1.0', lessThan: '3.1.5', status: 'affected', versionType: 'semver' },
            { version: '3.0.0', lessThan: '3.0.13', status: 'affected', versionType: 'semver' },
            { version: '1.1.1', lessThan: '1.1.1x', status: 'affected', versionType: 'custom' },
            { version: '1.0.2', lessThan: '1.0.2zj', status: 'affected', versionType: 'custom' },
          ],
        },
      ],
    },
  },
};

test('the project dates and rates it itself', () => {
  expect(normaliseOpenssl(pkcs12, { source: 'openssl', now: Date.UTC(2026, 0, 1) })).toMatchObject({
    id: 'CVE-2024-0727',
    publishedAt: Date.UTC(2024, 0, 25),
    severities: [{ kind: 'text', text: 'low', rater: null }],
    affected: [{ scheme: 'openssl', otherwise: 'unaffected' }],
  });
});

test.each([
  ['1.1.1w', true],
  ['1.1.1x', false],
  ['1.0.2zi', true],
  ['1.0.2zj', false],
  ['3.0.13', false],
  ['3.1.4', true],
  ['3.3.0', false],
])('letters and branches: %s is affected: %s', (version, expected) => {
  const { affected } = normaliseOpenssl(pkcs12, { source: 'openssl', now: Date.UTC(2026, 0, 1) });
  expect(affected.map((product) => isAffected(product, version))).toEqual([expected]);
});

test('an unknown rating is none', () => {
  const cna = { ...pkcs12.containers.cna, metrics: [{ other: { type: 'x', content: { text: 'unknown' } } }] };
  const record = normaliseOpenssl({ ...pkcs12, containers: { cna } }, { source: 'openssl', now: 0 });
  expect([record.severities, record.publishedAt]).toEqual([[], null]);
});

const real = feedData('openssl');

test.skipIf(real === null)('all of the real records; what lies beside them is left out', async () => {
  const records = await recordsAt(openssl, real ?? '');
  expect(records.size).toBe(254);
  for (const { affected, publishedAt } of records.values()) {
    expect(publishedAt).not.toBeNull();
    expect(affected.every(({ scheme }) => scheme === 'openssl')).toBe(true);
  }
  const bounds = [...records.values()].flatMap(({ affected }) => affected.flatMap(({ ranges }) => ranges));
  expect(bounds).toHaveLength(603);
  expect(bounds.every(({ hi }) => hi !== null)).toBe(true);
});
