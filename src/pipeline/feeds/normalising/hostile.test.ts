import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AppError } from '../../../foundation/errors.ts';
import { normaliseSecdb } from '../alpine/normalise.ts';
import { normaliseCsaf } from '../csaf/normalise.ts';
import { normaliseCurl } from '../curl/normalise.ts';
import { normaliseDebian } from '../debian/normalise.ts';
import { normaliseGhsa } from '../ghsa/normalise.ts';
import { normaliseHttpd } from '../httpd/normalise.ts';
import { normaliseNode } from '../node/normalise.ts';
import { normaliseOpenssl } from '../openssl/normalise.ts';
import { productKey } from '../product-key.ts';
import { normaliseUbuntu } from '../ubuntu/normalise.ts';
import type { Normalise } from './normalise-text.ts';

const cve = 'CVE-2024-0001';
const reference = { url: 'https://example.org/commit/0123456789abcdef', category: 'self', tags: ['patch'] };
const versions = [
  { version: '1.0', lessThanOrEqual: '1.2', status: 'affected', versionType: 'semver', changes: [{ at: '1.1' }] },
];
const metrics = [{ cvssV3_1: { vectorString: 'CVSS:3.1/AV:N' } }, { other: { type: 'x', content: { text: 'Low' } } }];
const product = {
  product_id: 'p',
  name: 'a-1-2.src',
  product_identification_helper: { purl: 'pkg:rpm/a/b@1?arch=src' },
};
const cve5 = {
  cveMetadata: { cveId: cve, state: 'PUBLISHED', datePublished: '2024-01-01T00:00:00Z' },
  containers: {
    cna: {
      affected: [{ vendor: 'OpenSSL', product: 'OpenSSL', versions, platforms: ['Linux'] }],
      references: [reference],
      metrics,
      timeline: [{ time: '2024-01-01', value: '1.3 released' }],
      datePublic: '2024-01-01',
    },
  },
};
const osv = {
  id: 'X-1',
  aliases: [cve],
  severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N' }],
  affected: [
    {
      package: { ecosystem: 'npm', name: 'a' },
      ranges: [{ type: 'GIT', repo: 'https://example.org/a.git', events: [{ introduced: '0' }, { fixed: 'ab' }] }],
      versions: ['1'],
      database_specific: { last_known_affected_version_range: '<= 1' },
    },
  ],
  references: [reference],
  database_specific: { github_reviewed: true, affects: 'lib', www: 'https://example.org' },
};

/** A whole document of each form. */
const forms: readonly (readonly [string, Normalise, object])[] = [
  ['openssl', normaliseOpenssl, cve5],
  ['httpd', normaliseHttpd, cve5],
  [
    'httpd, retired',
    normaliseHttpd,
    {
      data_version: '4.0',
      CVE_data_meta: { ID: cve, TITLE: 'a', DATE_PUBLIC: '2024-01-01' },
      description: { description_data: [{ value: 'a' }] },
      impact: [{ other: 'low' }],
      references: { reference_data: [reference] },
      timeline: [{ time: '2024-01-01', value: 'public' }],
      affects: {
        vendor: {
          vendor_data: [
            {
              product: {
                product_data: [
                  { version: { version_data: [{ version_affected: '<=', version_value: '1', platform: 'a' }] } },
                ],
              },
            },
          ],
        },
      },
    },
  ],
  ['curl', normaliseCurl, osv],
  [
    'node',
    normaliseNode,
    {
      number: '1',
      entry: { cve: [cve], vulnerable: '4.x', patched: '^4.1.1', cvss: '3.0/AV:N', affectedEnvironments: ['all'] },
    },
  ],
  ['ghsa, repository', normaliseGhsa, osv],
  [
    'ghsa, API',
    normaliseGhsa,
    {
      ghsa_id: 'GHSA-2222-2222-2222',
      type: 'reviewed',
      identifiers: [{ type: 'CVE', value: cve }],
      references: [reference, 'https://example.org'],
      cvss_severities: { cvss_v3: { vector_string: 'CVSS:3.1/AV:N' } },
      vulnerabilities: [
        {
          package: { ecosystem: 'npm', name: 'a' },
          vulnerable_version_range: '<= 1',
          first_patched_version: { identifier: '2' },
        },
      ],
    },
  ],
  [
    'debian',
    normaliseDebian,
    { id: cve, packages: { a: { releases: { sid: { status: 'open', urgency: 'low**', nodsa: 'a' } } } } },
  ],
  ['secdb', normaliseSecdb, { id: cve, related: ['XSA-1'], fixes: [{ package: 'a', branch: 'b', version: '1' }] }],
  ['ubuntu, OSV', normaliseUbuntu, osv],
  [
    'ubuntu, VEX',
    normaliseUbuntu,
    {
      '@context': 'a',
      statements: [
        {
          vulnerability: { name: cve, aliases: ['https://example.org'] },
          products: [{ '@id': 'pkg:deb/ubuntu/a@1?arch=source' }],
          status: 'fixed',
        },
      ],
    },
  ],
  [
    'csaf',
    normaliseCsaf,
    {
      document: {
        tracking: { id: cve },
        notes: [{ category: 'summary', text: 'a' }],
        aggregate_severity: { text: 'Low' },
        references: [reference],
      },
      product_tree: {
        branches: [{ branches: [{ product }] }],
        full_product_names: [product],
        relationships: [
          { product_reference: 'p', relates_to_product_reference: 'q', full_product_name: { product_id: 'q:p' } },
        ],
      },
      vulnerabilities: [
        {
          cve,
          notes: [{ category: 'description', text: 'a' }],
          product_status: { fixed: ['q:p'] },
          flags: [{ label: 'a', product_ids: ['q:p'] }],
          threats: [{ category: 'impact', details: 'Low' }],
          remediations: [{ category: 'no_fix_planned', details: 'a' }],
          scores: [{ cvss_v3: { vectorString: 'CVSS:3.1/AV:N' } }],
        },
      ],
    },
  ],
];

/** The document with whatever is chosen in place of one of its values. */
function corrupted(document: unknown, place: number, instead: unknown): unknown {
  let left = place;
  const visit = (value: unknown): unknown => {
    if (left-- === 0) return instead;
    if (Array.isArray(value)) return value.map(visit);
    return typeof value === 'object' && value !== null
      ? Object.fromEntries(Object.entries(value).map(([key, member]) => [key, visit(member)]))
      : value;
  };
  return visit(document);
}

function placesIn(document: unknown): number {
  if (typeof document !== 'object' || document === null) return 1;
  return Object.values(document).reduce((sum: number, value) => sum + placesIn(value), 1);
}

const strange = fc.oneof(
  fc.constantFrom(
    null,
    undefined,
    0,
    -1,
    true,
    '',
    '0',
    '*',
    'n/a',
    [],
    {},
    [null],
    [[]],
    { __proto__: null },
    '\u0000',
    'https://[',
    '%',
  ),
  fc.jsonValue({ maxDepth: 3 }),
);

test.each(forms)('%s: a value of any kind in any place gives a record or a refusal', (_form, normalise, document) => {
  const context = { source: 'x', now: Date.UTC(2026, 0, 1) };
  expect(normalise(document, context).source).toBe('x');
  fc.assert(
    fc.property(fc.nat(placesIn(document) - 1), strange, (place, instead) => {
      try {
        const record = normalise(corrupted(document, place, instead), context);
        expect(record.id.length).toBeGreaterThan(2);
        for (const { identity } of record.affected) expect(productKey(identity)).toContain(':');
      } catch (error) {
        // Anything else is a mistake of ours, not of the document.
        if (!(error instanceof AppError)) throw error;
      }
    }),
    { numRuns: 400 },
  );
});
