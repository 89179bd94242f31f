{
  lib,
  stdenv,
  fetchurl,
}:

stdenv.mkDerivation (finalAttrs: {
  pname = "perl";
  version = "5.40.0";

  src = fetchurl {
    url = "https://www.cpan.org/src/5.0/perl-${finalAttrs.version}.tar.gz";
    hash = "sha256-xlC+VVadXA5oG7/eK6VPSB9fap3jUsHfG32EQ0pz1xQ=";
  };

  patches = [
    ./CVE-2024-56406.patch
  ];

  meta = {
    description = "Implementation of the Perl 5 programming language";
    homepage = "https://www.perl.org/";
    license = lib.licenses.artistic1;
    maintainers = [ lib.maintainers.okoro ];
    mainProgram = "perl";
    identifiers.cpeParts = lib.meta.cpeFullVersionWithVendor "perl" finalAttrs.version;
  };
})
