import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatPackageUrl, parsePackageUrl } from './package-url.ts';

const none = { namespace: null, version: null, qualifiers: {}, subpath: null };

test.each([
  ['pkg:pypi/Typing_Extensions@4.12', { ...none, type: 'pypi', name: 'typing-extensions', version: '4.12' }],
  ['pkg:npm/@babel/core', { ...none, type: 'npm', namespace: '@babel', name: 'core' }],
  ['pkg:npm/%40babel/core@7.28.0', { ...none, type: 'npm', namespace: '@babel', name: 'core', version: '7.28.0' }],
  ['pkg:brew/node@20@20.10.0', { ...none, type: 'brew', name: 'node@20', version: '20.10.0' }],
  [
    'pkg:deb/debian/attr@1:2.4.47-2%2Bb1?arch=amd64&empty=',
    {
      ...none,
      type: 'deb',
      namespace: 'debian',
      name: 'attr',
      version: '1:2.4.47-2+b1',
      qualifiers: { arch: 'amd64' },
    },
  ],
  [
    'pkg:golang/example.org/a#./x/../y//z',
    { ...none, type: 'golang', namespace: 'example.org', name: 'a', subpath: 'x/y/z' },
  ],
  ['pkg:npm', null],
  ['pkg:npm/', null],
  ['pkg:npm/@1.0', null],
  ['pkg:npm/%zz', null],
  ['npm/a@1', null],
  [`pkg:npm/${'a'.repeat(9000)}`, null],
])('%s', (text, parts) => {
  expect(parsePackageUrl(text)).toEqual(parts);
});

test('what is built is read as the same parts', () => {
  const segment = fc.string({ minLength: 1, unit: 'grapheme' }).filter((text) => !/^\.{1,2}$|\//.test(text));
  const path = fc.array(segment, { maxLength: 3 }).map((segments) => segments.join('/') || null);
  const parts = fc.record({
    type: fc.constantFrom('npm', 'nix', 'generic', 'maven', 'golang'),
    namespace: path,
    name: segment,
    version: fc.option(fc.string({ minLength: 1, unit: 'grapheme' })),
    qualifiers: fc.dictionary(fc.stringMatching(/^[a-z][a-z0-9_.-]{0,5}$/), fc.string({ minLength: 1 }), {
      noNullPrototype: true,
    }),
    subpath: path,
  });
  fc.assert(
    fc.property(parts, (given) => {
      const text = formatPackageUrl(given) ?? '';
      expect(parsePackageUrl(text)).toEqual(given);
      expect(text).toMatch(/^[\w.~%:/@?&=#-]+$/);
    }),
  );
});

test('no text stops it, and what is read is written in one way', () => {
  fc.assert(
    fc.property(
      fc.string().map((text) => `pkg:npm/${text}`),
      (text) => {
        const parsed = parsePackageUrl(text);
        if (parsed !== null) expect(parsePackageUrl(formatPackageUrl(parsed) ?? '')).toEqual(parsed);
      },
    ),
  );
});
