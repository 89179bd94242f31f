import { expect, test } from 'vitest';
import { feedData, recordsAt } from '../reading/testing.ts';
import { normaliseUbuntu } from './normalise.ts';
import { ubuntu } from './source.ts';

const context = { source: 'ubuntu', now: Date.UTC(2026, 5, 1) };

/** Facts of https://ubuntu.com/security/CVE-2014-9913, retyped. */
const osv = {
  id: 'UBUNTU-CVE-2014-9913',
  upstream: ['CVE-2014-9913'],
  related: ['USN-4672-1'],
  severity: [{ type: 'Ubuntu', score: 'negligible' }],
  published: '2017-01-18T17:59:00Z',
  affected: [
    {
      package: { ecosystem: 'Ubuntu:Pro:14.04:LTS', name: 'unzip' },
      ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '6.0-9ubuntu1.6' }] }],
      versions: ['6.0-9ubuntu1'],
    },
    {
      package: { ecosystem: 'Ubuntu:26.04:LTS', name: 'unzip' },
      ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }] }],
    },
  ],
};

test('a record speaks of packages of Ubuntu, in statements; the CVE is upstream', () => {
  const record = normaliseUbuntu(osv, context);
  expect(record).toMatchObject({ affected: [], aliases: [], upstream: ['CVE-2014-9913'], related: ['USN-4672-1'] });
  expect(record.severities).toMatchObject([{ kind: 'text', text: 'negligible', rater: 'distribution' }]);
  expect(record.statements).toEqual([
    {
      product: 'unzip/Pro:14.04:LTS',
      status: 'fixed',
      version: '6.0-9ubuntu1.6',
      justification: null,
      text: 'negligible',
    },
    { product: 'unzip/26.04:LTS', status: 'affected', version: null, justification: null, text: 'negligible' },
  ]);
});

test('an older record names its CVE only in its own id', () => {
  expect(normaliseUbuntu({ id: 'UBUNTU-CVE-2020-36325' }, context).upstream).toEqual(['CVE-2020-36325']);
  expect(normaliseUbuntu({ id: 'USN-1-1' }, context).upstream).toEqual([]);
});

const vex = {
  '@context': 'https://openvex.dev/ns/v0.2.0',
  timestamp: '2026-05-20T15:02:47.589121Z',
  statements: [
    {
      vulnerability: {
        name: 'CVE-2023-38545',
        description: 'SOCKS5',
        aliases: ['https://curl.se/docs/CVE-2023-38545.html'],
      },
      timestamp: '2023-10-11T06:00:00Z',
      products: [
        { '@id': 'pkg:deb/ubuntu/curl@7.47.0-1ubuntu2.19?arch=source&distro=esm-infra%2Fxenial' },
        { '@id': 'pkg:deb/ubuntu/libcurl3@7.47.0-1ubuntu2.19?arch=amd64&distro=xenial' },
      ],
      status: 'not_affected',
      justification: 'vulnerable_code_not_present',
    },
    {
      vulnerability: { name: 'CVE-2023-38545' },
      products: [{ '@id': 'pkg:deb/ubuntu/curl?arch=source' }],
      status: 'Odd',
    },
  ],
};

test('a VEX document speaks of the CVE itself; built packages repeat their source and are left out', () => {
  expect(normaliseUbuntu(vex, context)).toMatchObject({
    id: 'CVE-2023-38545',
    publishedAt: Date.UTC(2023, 9, 11, 6),
    references: [{ url: 'https://curl.se/docs/CVE-2023-38545.html' }],
    statements: [
      {
        product: 'curl/esm-infra/xenial',
        status: 'not_affected',
        version: '7.47.0-1ubuntu2.19',
        justification: 'vulnerable_code_not_present',
      },
      { product: 'curl', status: 'unknown', version: null },
    ],
  });
});

test.each([
  [{ ...vex, statements: [] }, 'statements.0.vulnerability.name is not a valid id'],
  [{ ...vex, statements: [{ status: 7 }] }, 'statements.0.status is not text'],
])('%j is refused', (document, reason) => {
  expect(() => normaliseUbuntu(document, context)).toThrow(reason);
});

const real = feedData('ubuntu');

test.skipIf(real === null)('the real sample of both forms', async () => {
  const records = await recordsAt(ubuntu, real ?? '');
  expect(records.size).toBe(11);
  for (const { affected, statements, aliases } of records.values()) {
    expect(affected).toEqual([]);
    expect(aliases).toEqual([]);
    expect(statements.length).toBeGreaterThan(0);
  }
  const curl = records.get('CVE-2023-38545')?.statements ?? [];
  expect(curl.find(({ product }) => product === 'curl/jammy')).toMatchObject({
    status: 'fixed',
    version: '7.81.0-1ubuntu1.24',
  });
  expect(records.get('UBUNTU-CVE-2014-2901')?.state).toBe('withdrawn');
  expect(records.get('USN-5614-1')?.upstream).toEqual(['UBUNTU-CVE-2021-3782']);
});
