import { describe, expect, test } from 'vitest';
import { addPatch, bumpPackage, versionIn } from './package-edit.ts';

const old = 'sha256-lpOipQ2RH4zKVIXBuoxLtsxLRtSA547qYWeUrvHq1rA=';
const now = 'sha256-8e2jrXCEi4vQDqAM61Em14k3tGIK704wzYbkajhZbGM=';
/** In the shape of Nixpkgs' pkgs/by-name. */
const libpng = `{ stdenv, fetchurl }:

stdenv.mkDerivation (finalAttrs: {
  pname = "libpng";
  version = "1.6.48"; # keep with apng

  src = fetchurl {
    url = "https://downloads.example.org/libpng-\${finalAttrs.version}.tar.xz";
    hash = "${old}";
  };

  meta.description = "version = \\"1.6.48\\"; in a text is not the version";
})
`;
const bump = { version: { from: '1.6.48', to: '1.6.52' }, hash: { from: old, to: now } };

describe('a bump', () => {
  test('rewrites the version and the hash, and nothing else', () => {
    const wanted = libpng.replace('version = "1.6.48"; #', 'version = "1.6.52"; #').replace(old, now);
    expect(bumpPackage(libpng, bump)).toEqual({ kind: 'edited', text: wanted });
    expect(versionIn(libpng)).toBe('1.6.48');
    expect(versionIn(wanted)).toBe('1.6.52');
  });
  test('knows the hash in its other spellings', () => {
    const hex = Buffer.from(old.slice('sha256-'.length), 'base64').toString('hex');
    const spelled = libpng.replace(`hash = "${old}"`, `sha256 = "${hex}"`);
    expect(bumpPackage(spelled, bump)).toMatchObject({ text: expect.stringContaining(`sha256 = "${now}"`) });
  });
  test.each([
    ['a version in parts', libpng.replace('"1.6.48"; #', '"$' + '{major}.48"; #'), 'the version is not a plain string'],
    ['another version', libpng.replace('"1.6.48"; #', '"1.6.47"; #'), 'the version is not a plain string'],
    ['two of them', libpng.replace('pname', 'version = "1.6.48"; pname'), 'the version stands in the package'],
    [
      'a hash from elsewhere',
      libpng.replace(`"${old}"`, 'sources.hash'),
      'the hash of the source is not a plain string',
    ],
    ['the hash twice', libpng.replace('pname', `x = { hash = "${old}"; }; pname`), 'the hash of the source stands'],
    ['no Nix', `${libpng}"`, 'does not end'],
  ])('refuses %s', (_, text, reason) => {
    expect(bumpPackage(text, bump)).toEqual({ kind: 'refused', reason: expect.stringContaining(reason) });
  });
});

describe('a patch', () => {
  test('gets a list behind the source', () => {
    const edited = addPatch(libpng, './CVE-2025-1.patch');
    expect(edited).toEqual({
      kind: 'edited',
      text: libpng.replace('  };\n', '  };\n  patches = [ ./CVE-2025-1.patch ];\n'),
    });
  });
  test('goes to the end of the list that there is', () => {
    const listed = libpng.replace('  meta', '  patches = [\n    ./a.patch\n  ];\n\n  meta');
    expect(addPatch(listed, './b.patch')).toEqual({
      kind: 'edited',
      text: listed.replace('./a.patch\n', './a.patch\n    ./b.patch\n'),
    });
    expect(addPatch(libpng.replace('  meta', '  patches = [ ./a.patch ];\n  meta'), './b.patch')).toMatchObject({
      text: expect.stringContaining('patches = [ ./a.patch ./b.patch ];'),
    });
  });
  test.each([
    ['a list that is put together', '  patches = [ ./a.patch ] ++ more;', 'not a plain list'],
    ['two lists', '  patches = [ ];\n  x = { patches = [ ]; };', 'more than once'],
    ['two sources', '  x = { src = ./.; };', 'exactly one src'],
  ])('refuses %s', (_, line, reason) => {
    expect(addPatch(libpng.replace('  meta', `${line}\n  meta`), './b.patch')).toEqual({
      kind: 'refused',
      reason: expect.stringContaining(reason),
    });
  });
});
