import fc from 'fast-check';
import { expect, test } from 'vitest';
import { purlOfSource } from './purl-of-source.ts';

// The forms are those of Nixpkgs' fetchers; the addresses are of its own packages.
test.each([
  ['https://github.com/curl/curl/releases/download/curl-8_17_0/curl-8.17.0.tar.xz', 'pkg:github/curl/curl'],
  ['https://github.com/tukaani-project/xz/archive/refs/tags/v5.8.2.tar.gz', 'pkg:github/tukaani-project/xz'],
  ['https://github.com/NixOS/Nix.git', 'pkg:github/nixos/nix'],
  [
    'https://gitlab.gnome.org/api/v4/projects/GNOME%2Flibxml2/repository/archive.tar.gz?sha=refs%2Ftags%2Fv2.14.6',
    'pkg:gitlab/gnome/libxml2',
  ],
  ['https://gitlab.freedesktop.org/mesa/mesa/-/archive/mesa-25.2.6/mesa-mesa-25.2.6.tar.gz', 'pkg:gitlab/mesa/mesa'],
  ['mirror://pypi/J/Jinja2/jinja2-3.1.6.tar.gz', 'pkg:pypi/jinja2'],
  ['https://files.pythonhosted.org/packages/source/u/ruamel.yaml/ruamel.yaml-0.18.1.tar.gz', 'pkg:pypi/ruamel-yaml'],
  ['https://crates.io/api/v1/crates/curl/0.4.49/download', 'pkg:cargo/curl'],
  ['mirror://npm/@babel/core/-/core-7.28.0.tgz', 'pkg:npm/%40babel/core'],
  ['https://rubygems.org/gems/net-imap-0.5.12.gem', 'pkg:gem/net-imap'],
  ['mirror://hackage/http-conduit-2.3.9.tar.gz', 'pkg:hackage/http-conduit'],
  ['mirror://cpan/authors/id/E/ET/ETHER/Moose-2.2207.tar.gz', 'pkg:cpan/ETHER/Moose'],
  ['mirror://maven/org/apache/ant/ant/1.10.15/ant-1.10.15.jar', 'pkg:maven/org.apache.ant/ant'],
  ['https://ftpmirror.gnu.org/glibc/glibc-2.40.tar.xz', 'pkg:gnu/glibc'],
  ['mirror://gnome/sources/glib/2.86/glib-2.86.1.tar.xz', 'pkg:gnome/glib'],
  ['mirror://kernel/linux/kernel/v6.x/linux-6.12.63.tar.xz', 'pkg:kernel/linux'],
  ['mirror://sourceforge/libpng/libpng-1.6.50.tar.xz', 'pkg:sourceforge/libpng'],
])('%s', (url, purl) => {
  expect(purlOfSource(url)?.purl).toBe(purl);
});

test('a repository is named where the address has one', () => {
  expect(purlOfSource('https://github.com/GNOME/libxml2.git')?.repository).toBe('https://github.com/gnome/libxml2');
  expect(purlOfSource('mirror://kernel/linux/utils/util-linux/v2.41/util-linux-2.41.2.tar.xz')).toBeNull();
  expect(purlOfSource('mirror://cpan/src/5.0/perl-5.40.0.tar.gz')).toBeNull();
  expect(purlOfSource('https://gitlab.com/api/v4/projects/%E0%A4%A/repository/archive.tar.gz')).toBeNull();
});

test('no address stops it', () => {
  const pieces = fc.constantFrom(
    'https://',
    'mirror://',
    'github.com/',
    'gitlab.x/',
    'pypi/',
    'a/',
    '%',
    '-1',
    '.git',
    'a'.repeat(300),
  );
  fc.assert(
    fc.property(
      fc.array(pieces).map((parts) => parts.join('')),
      (url) => void purlOfSource(url),
    ),
  );
});
