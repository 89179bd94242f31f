{
  lib,
  stdenv,
  fetchurl,
  curl,
  expat,
  openssh,
  openssl,
  pcre2,
  perl,
  zlib,
}:

stdenv.mkDerivation (finalAttrs: {
  pname = "git";
  version = "2.49.0";

  src = fetchurl {
    url = "https://www.kernel.org/pub/software/scm/git/git-${finalAttrs.version}.tar.xz";
    hash = "sha256-WXRktQD7oV47/owVgGbzmloAyka6xQX6O7X3Sx0Ajeo=";
  };

  buildInputs = [
    curl
    expat
    openssh
    openssl
    pcre2
    perl
    zlib
  ];

  meta = {
    description = "Distributed version control system";
    homepage = "https://git-scm.com/";
    license = lib.licenses.gpl2Only;
    maintainers = [ lib.maintainers.mara ];
    mainProgram = "git";
    identifiers.cpeParts = lib.meta.cpeFullVersionWithVendor "git-scm" finalAttrs.version;
  };
})
