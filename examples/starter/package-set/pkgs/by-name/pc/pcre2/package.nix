{
  lib,
  stdenv,
  fetchFromGitHub,
}:

stdenv.mkDerivation (finalAttrs: {
  pname = "pcre2";
  version = "10.45";

  src = fetchFromGitHub {
    owner = "PCRE2Project";
    repo = "pcre2";
    tag = "pcre2-${finalAttrs.version}";
    hash = "sha256-2eL6uPiuke3w7X+z+wf9PUdpre1r9Nm0ol8sheQtipE=";
  };

  meta = {
    description = "Perl-compatible regular expressions";
    homepage = "https://www.pcre.org/";
    license = lib.licenses.bsd3;
    maintainers = [ lib.maintainers.tomasz ];
    mainProgram = "pcre2grep";
    identifiers.cpeParts = lib.meta.cpeFullVersionWithVendor "pcre" finalAttrs.version;
  };
})
