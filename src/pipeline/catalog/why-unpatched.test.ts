import { expect, test } from 'vitest';
import { whyUnpatched } from './why-unpatched.ts';

const patches = 'fix.patch CVE-2026-1.patch';

test.each([
  ['it is listed', { patches }, null],
  ['a store path is listed', { patches: '/nix/store/0000-CVE-2026-1.patch' }, null],
  ['its phase calls the usual one', { patches, patchPhase: 'patchPhase; sed -i s/a/b/ x' }, null],
  ['its phase applies by hand', { patches, patchPhase: 'for p in $patches; do patch -p1 < $p; done' }, null],
  ['its phases hold the one', { patches, phases: 'unpackPhase patchPhase buildPhase' }, null],
  ['an empty switch', { patches, dontPatch: '' }, null],
  ['no patch is asked for', {}, null],
  ['it is not listed', { patches: 'fix.patch' }, 'its derivation does not list CVE-2026-1.patch'],
  ['nothing is', {}, 'its derivation does not list CVE-2026-1.patch'],
  ['it is switched off', { patches, dontPatch: '1' }, 'it sets dontPatch'],
  ['its phase does nothing', { patches, patchPhase: ':' }, 'its own patchPhase applies none'],
  ['its phases leave it out', { patches, phases: 'unpackPhase buildPhase' }, 'its phases leave patchPhase out'],
] as const)('%s', (name, attributes, expected) => {
  const wanted = name === 'no patch is asked for' ? [] : ['CVE-2026-1.patch'];
  expect(whyUnpatched({ attributes }, wanted)).toBe(expected);
});
