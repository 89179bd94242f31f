import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeBase32, encodeBase32 } from './base32.ts';
import { base32HashOf, hexOf, parseNixHash, sriOf } from './hash.ts';
import { parseStorePath } from './store-path.ts';

describe('base 32', () => {
  test('what Nix writes of the SHA-256 of nothing', () => {
    const empty = createHash('sha256').digest();
    expect(encodeBase32(empty)).toBe('0mdqa9w1p6cmli6976v4wi0sw9r4p5prkj7lzfd1877wk11c9c73');
  });

  test('bytes come back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 70 }), (bytes) => {
        expect(decodeBase32(encodeBase32(bytes))).toEqual(bytes);
      }),
    );
  });

  test('text is refused or comes back', () => {
    const digits = fc.string({ unit: fc.constantFrom(...'0123zyx'), maxLength: 14 });
    fc.assert(
      fc.property(digits, (text) => {
        const bytes = decodeBase32(text);
        if (bytes !== null) expect(encodeBase32(bytes)).toBe(text);
      }),
    );
  });

  test.each(['e', '0', 'zz', '00e0', '1A', 'é0', '0 '])('%j is refused', (text) =>
    expect(decodeBase32(text)).toBeNull(),
  );
});

describe('a hash', () => {
  const forms = {
    sri: 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=',
    base32: 'sha256:0mdqa9w1p6cmli6976v4wi0sw9r4p5prkj7lzfd1877wk11c9c73',
    hex: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  };

  test.each([
    forms.sri,
    forms.base32,
    `sha256:${forms.hex}`,
    forms.hex,
    forms.hex.toUpperCase(),
    forms.base32.slice(7),
    forms.sri.slice(7),
    forms.sri.replace('-', ':'),
  ])('%s is the SHA-256 of nothing', (text) => {
    const hash = parseNixHash(text);
    expect(hash && { sri: sriOf(hash), base32: base32HashOf(hash), hex: hexOf(hash) }).toEqual(forms);
  });

  test('every form of every algorithm comes back', () => {
    const anyAlgorithm = fc.constantFrom(...(['md5', 'sha1', 'sha256', 'sha512'] as const));
    fc.assert(
      fc.property(anyAlgorithm, fc.uint8Array({ maxLength: 20 }), (algorithm, data) => {
        const bytes = createHash(algorithm).update(data).digest();
        const given = { algorithm, bytes };
        for (const text of [sriOf(given), base32HashOf(given), `${algorithm}:${hexOf(given)}`, hexOf(given)]) {
          const parsed = parseNixHash(text);
          expect(parsed && [parsed.algorithm, hexOf(parsed)]).toEqual([algorithm, hexOf(given)]);
        }
      }),
    );
  });

  test.each([
    '',
    'sha256-',
    'sha256-A',
    `sha256-${forms.hex}`,
    `sha1:${forms.hex}`,
    `sha256:${forms.hex.slice(1)}`,
    `sha3:${forms.hex}`,
    forms.sri.replace('FU=', 'FV='),
    `${forms.sri}?x`,
    'a'.repeat(5000),
  ])('%j is none', (text) => expect(parseNixHash(text)).toBeNull());
});

describe('a store path', () => {
  const hash = '1b9p07z77phvv2hf6gm9f28syp39f1ag';
  test.each([
    [`/nix/store/${hash}-openssl-3.5.1`, { hash, name: 'openssl-3.5.1' }],
    [`/nix/store/${hash}-x.drv`, { hash, name: 'x.drv' }],
    [`/nix/store/${hash}-.hidden`, { hash, name: '.hidden' }],
    [`/nix/store/${hash}-`, null],
    [`/nix/store/${hash}`, null],
    [`/nix/store/${hash}-a/bin`, null],
    [`/nix/store/${hash}-..`, null],
    [`/nix/store/${hash}-.-x`, null],
    [`/nix/store/${hash}-a b`, null],
    [`/nix/store/${hash.replace('b', 'e')}-a`, null],
    [`/nix/store/${hash}-${'a'.repeat(212)}`, null],
    [`/gnu/store/${hash}-a`, null],
    [`/nix/store/${hash}-a\n`, null],
  ])('%j', (text, expected) => expect(parseStorePath(text)).toEqual(expected));
});
