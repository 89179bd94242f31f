import fc from 'fast-check';
import { expect, test } from 'vitest';
import { evaluateRange } from './evaluate-range.ts';
import { advisory, affected, cpe, dictionary, explained, instance, matched, record } from './testing.ts';

const number = fc.integer({ min: 0, max: 30 });
const plain = fc.tuple(number, number, number);
const text = (parts: readonly number[]) => parts.join('.');
const before = (a: readonly number[], b: readonly number[]) => {
  const at = a.findIndex((part, index) => part !== b[index]);
  return at >= 0 && (a[at] ?? 0) < (b[at] ?? 0);
};

test('a version is in a range exactly when it is not before its start and before its end', () => {
  fc.assert(
    fc.property(plain, plain, plain, fc.constantFrom('generic', 'semver', 'openssl'), (version, lo, hi, scheme) => {
      const { outcome } = evaluateRange(affected(cpe('acme:tool'), [`>=${text(lo)} <${text(hi)}`], { scheme }), {
        kind: 'version',
        text: text(version),
        snapshot: false,
      });
      expect(outcome).toBe(!before(version, lo) && before(version, hi) ? 'in' : 'out');
    }),
  );
});

test('what is unaffected wins over what is affected, and an open end is never proof', () => {
  fc.assert(
    fc.property(plain, plain, plain, (version, lo, fixed) => {
      const entry = affected(cpe('acme:tool'), [`>=${text(lo)}`], {
        unaffected: [{ lo: text(fixed), loInclusive: true, hi: null, hiInclusive: false }],
      });
      const { outcome } = evaluateRange(entry, { kind: 'version', text: text(version), snapshot: false });
      if (!before(version, fixed)) expect(outcome).toBe('out');
      else expect(outcome).toBe(before(version, lo) ? 'out' : 'weak-in');
    }),
  );
});

test('no text of a record or a package stops it, and every answer has its reasons', () => {
  const odd = fc.oneof(
    fc.string({ maxLength: 40 }),
    fc.constantFrom(
      '',
      'constructor',
      '__proto__',
      '*',
      '-',
      'n/a',
      '1.0',
      '0-unstable-2024-01-01',
      'CVE-2026-1',
      '%',
      'a:b',
    ),
  );
  fc.assert(
    fc.property(fc.array(odd, { minLength: 9, maxLength: 9 }), (texts) => {
      const [
        pname = '',
        version = '',
        vendor = '',
        product = '',
        bound = '',
        url = '',
        patch = '',
        note = '',
        platform = '',
      ] = texts;
      const carried: [ReturnType<typeof instance>] = [
        instance({
          pname,
          version,
          homepage: url,
          knownVulnerabilities: [note],
          sources: [{ name: '', urls: [url, `https://github.com/${url}`], hash: null, rev: null, tag: null }],
          patches: [{ name: patch, urls: [url], hash: null, path: null, content: note }],
        }),
      ];
      const identities = [
        cpe(`${vendor}:${product}`),
        cpe(`${vendor}:${pname}`),
        { kind: 'product', vendor, product: pname } as const,
      ];
      const about = advisory([
        record(
          'cve',
          identities.map((identity) => affected(identity, [`<${bound || '2'}`], { platforms: [platform] })),
        ),
      ]);
      const found = matched(carried, about, dictionary(`${vendor}:${pname}`));
      expect(found?.match.explanation).not.toBe('');
      expect(found?.match.score ?? 0).toBeLessThanOrEqual(1);
      expect(explained(carried, about)).toHaveLength(1);
    }),
    { numRuns: 500 },
  );
});

test('the order of records and of systems changes nothing', () => {
  const records = [
    record('nvd', [affected(cpe('openssl:openssl'), ['>=3.0.0 <3.0.13'])]),
    record('cve', [affected({ kind: 'product', vendor: 'OpenSSL', product: 'OpenSSL' }, ['>=3.0.0 <3.0.12'])]),
    record('osv', [affected(cpe('openssl:openssl'), ['>=3.0.0'])]),
  ];
  const one = instance({ pname: 'openssl', version: '3.0.12' });
  const decided = (order: readonly (typeof records)[number][]) => {
    const found = matched([one], advisory(order));
    return [found?.match.status, found?.match.score, found?.route];
  };
  fc.assert(
    fc.property(fc.shuffledSubarray(records, { minLength: 3 }), (order) => {
      expect(decided(order)).toEqual(decided(records));
    }),
  );
});

test('products that are affected alike are judged as if each stood for itself', () => {
  const identity = fc.constantFrom(
    cpe('openssl:openssl'),
    cpe('openssl_project:openssl'),
    cpe('acme:openssl'),
    cpe('openssl:libssl'),
    cpe('fuse_project:fuse'),
    // Reviewed as something else.
    cpe('redhat:fuse'),
    { kind: 'product', vendor: 'OpenSSL', product: 'OpenSSL' } as const,
    { kind: 'product', vendor: 'curl', product: 'curl' } as const,
  );
  const bounds = fc.record({
    ranges: fc.constantFrom(['<3.0.13'], ['<1.1.1w', '>=3.0.0 <3.0.9'], ['>=3.0.0']),
    platforms: fc.constantFrom([], [], ['Windows']),
    component: fc.constantFrom(null, null, 'tool'),
  });
  const alike = fc
    .tuple(bounds, fc.array(identity, { minLength: 1, maxLength: 4 }))
    .map(([{ ranges, ...more }, identities]) => {
      const first = affected(cpe('acme:other'), ranges, more);
      return identities.map((one) => ({ ...first, identity: one }));
    });
  fc.assert(
    fc.property(
      fc.array(alike, { minLength: 1, maxLength: 3 }),
      fc.constantFrom('openssl', 'curl', 'fuse'),
      fc.constantFrom([], ['hosted-only'] as const),
      (products, pname, tags) => {
        const about = advisory([record('nvd', products.flat(), { tags }), record('cve', products.flat())]);
        // A copy of each by itself shares no list with the others.
        const apart = advisory(
          about.records.map((one) => ({ ...one, affected: one.affected.map((product) => structuredClone(product)) })),
        );
        const carried: [ReturnType<typeof instance>] = [instance({ pname, version: '3.0.8' })];
        const data = dictionary('openssl:openssl', 'curl:curl');
        expect(matched(carried, about, data)).toEqual(matched(carried, apart, data));
        expect(explained(carried, about, data)).toEqual(explained(carried, apart, data));
      },
    ),
    { numRuns: 300 },
  );
});
