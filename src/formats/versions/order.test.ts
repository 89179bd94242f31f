import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ComparableScheme, comparableSchemes, compareVersions } from './index.ts';

/** Ascending; `=` joins equal ones. From each scheme's own definition, and the Nixpkgs versions that are easy to get wrong. */
const ascending: Readonly<Record<ComparableScheme, readonly string[]>> = {
  semver: [
    '1.0.0-alpha',
    '1.0.0-alpha.1',
    '1.0.0-alpha.beta',
    '1.0.0-beta.2',
    '1.0.0-beta.11',
    '1.0.0-rc.1',
    '1.0.0=v1=1.0.0+build5',
    '1.0.1',
    '153.0=153.0.0',
  ],
  npm: ['0.9.9', '1.0.0-0', '1.0.0'],
  go: [
    '1.21.0-0',
    '1.21rc2=1.21.0-rc.2',
    'go1.21.0',
    '1.25.10',
    'v2.0.0-20230101120000-abcdef012345',
    '2.0.0+incompatible',
  ],
  pep440: [
    '2.0.1rc2-git',
    '1.dev0',
    '1.0.dev456',
    '1.0a1',
    '1.0a2.dev456',
    '1.0a12',
    '1.0b1.dev456',
    '1.0b2',
    '1.0b2.post345.dev456',
    '1.0b2.post345',
    '1.0rc1',
    '1.0=1.0.0',
    '1.0+abc.5',
    '1.0+abc.7',
    '1.0+5',
    '1.0.post456.dev34',
    '1.0.post456',
    '1.1.dev1',
    '1!0.1',
  ],
  maven: [
    '1-alpha-1=1a1',
    '1-beta',
    '1-milestone',
    '1-rc=1-cr',
    '1-snapshot',
    '1=1.0=1-ga=1.0.final',
    '1-sp',
    '1-foo',
    '1-foo-bar',
    '1-1',
    '1.1',
  ],
  rubygems: ['0.9', '1.0.a.2=1.0.a2', '1.0.a10', '1.0.b1', '1.0=1', '1.0.1-x', '1.0.1'],
  packagist: ['1.0-foo', '1.0-dev', '1.0a1=1.0alpha1', '1.0b1', '1.0RC1', '1.0', '1.0pl1', '1.1'],
  nuget: ['1.0.0-BETA=1.0.0-beta', '1.0.0=1.0', '1.0.0.1'],
  hackage: ['1.0', '1.0.0', '1.1'],
  cran: ['0.2', '0.3-2', '0.3.2.0=0.3-2-0', '0.75'],
  pub: ['1.2.3-4', '1.2.3', '1.2.3+1', '1.2.3+a'],
  dpkg: ['1.0~rc1-1', '1.0', '1.0-1~deb7u1', '1.0-1', '1.0a-1', '1.0+dfsg-1', '1.0.1', '1:0.1'],
  apk: ['1.0_alpha', '1.0_rc2', '1.0=1.0-r0', '1.0_cvs1', '1.0_p1-r1', '1.0a', '1.0p1', '1.02', '1.1', '1.1.1'],
  rpm: ['1.0~rc1', '1.0', '1.0-1.el9', '1.0-2.el9', '1.0^git1', '1.0a', '1.0.1', '1:0.1'],
  openssl: [
    '0.9.8zh',
    '1.0.2-beta1',
    '1.0.2',
    '1.0.2z',
    '1.0.2za',
    '1.0.2zi',
    '1.0.2zj',
    '1.1.1-pre8',
    '1.1.1',
    '1.1.1w',
    '1.1.1x',
    '3.0.0-alpha1',
    '3.0.0',
    '3.0.13',
  ],
  java: [
    '1.6.0',
    '1.8.0=8=1.8',
    '8.0.4',
    '8u282-b08=1.8.0_282=8 update282=1.8.0:update_282=1.8.0.282.b08',
    '8u432',
    '11.0.12-ea',
    '11.0.12+7=11.0.12',
    '21.0.5',
  ],
  generic: [
    '1.0alpha1=1.0.a1',
    '1.0beta1',
    '1.0rc1',
    '1.0=1=v1.0.0',
    '1.0p1=1.0patch1',
    '1.0.1',
    '1.0a',
    '1.0b',
    '3.7.1',
    '3.7b',
    '10.2',
    '10.2p1',
    '10.5',
  ],
  'generic-any-patch': ['1.0rc1', '1.0', '1.0-S1', '1.1'],
};

describe.each(comparableSchemes)('%s', (scheme) => {
  test('orders its table', () => {
    const steps = ascending[scheme].map((step) => step.split('='));
    const wrong = steps.flatMap((step, index) =>
      steps.flatMap((other, at) =>
        step.flatMap((a) =>
          other
            .map((b) => ({ a, b, result: Math.sign(compareVersions(scheme, a, b) ?? Number.NaN) }))
            .filter(({ result }) => result !== Math.sign(index - at)),
        ),
      ),
    );
    expect(wrong).toEqual([]);
  });

  // Pieces that versions of every scheme are made of, in shapes that none of them expects.
  const piece = fc.constantFrom(
    '0',
    '1',
    '2',
    '10',
    '01',
    '.',
    '-',
    '_',
    '~',
    '^',
    '+',
    ':',
    '!',
    'a',
    'b',
    'rc',
    'p',
    'dev',
    'post',
    'alpha',
    'sp',
    'final',
    'z',
    'r1',
    '_p',
    '20250912',
    'constructor',
  );
  const version = fc.oneof(
    fc.array(piece, { minLength: 1, maxLength: 7 }).map((pieces) => pieces.join('')),
    fc.constantFrom(...ascending[scheme].flatMap((step) => step.split('='))),
  );

  test('is a total order of what it can read', () => {
    fc.assert(
      fc.property(version, version, version, (a, b, c) => {
        const compare = (left: string, right: string) => compareVersions(scheme, left, right);
        const [ab, bc, ac] = [compare(a, b), compare(b, c), compare(a, c)];
        if (compare(a, a) !== null) expect(compare(a, a)).toBe(0);
        if (ab === null || bc === null || ac === null) return;
        expect(Math.sign(compare(b, a) ?? Number.NaN) + Math.sign(ab)).toBe(0);
        if (ab <= 0 && bc <= 0) expect(ac).toBeLessThanOrEqual(0);
        if (ab === 0 && bc === 0) expect(ac).toBe(0);
      }),
      { numRuns: 3000 },
    );
  });

  test('gives up on any text without a failure, in bounded time', () => {
    fc.assert(fc.property(fc.string({ maxLength: 400 }), (text) => void compareVersions(scheme, text, '1.0')));
    const started = performance.now();
    for (const text of [
      '1'.repeat(100_000),
      '1.'.repeat(50_000),
      'a-'.repeat(128),
      `${'1-'.repeat(127)}!`,
      `${'0.'.repeat(127)}a`,
    ])
      compareVersions(scheme, text, '1.0');
    expect(performance.now() - started).toBeLessThan(200);
  });
});

test('what is no version is not compared', () => {
  expect(compareVersions('git', 'a', 'b')).toBeNull();
  expect(compareVersions('generic', 'unspecified', '1.0')).toBeNull();
  expect(compareVersions('semver', '1.0', '10.2p1')).toBeNull();
});
