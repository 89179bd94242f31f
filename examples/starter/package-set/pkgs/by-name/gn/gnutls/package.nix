{
  lib,
  stdenv,
  fetchurl,
  zlib,
  zstd,
}:

stdenv.mkDerivation (finalAttrs: {
  pname = "gnutls";
  version = "3.8.9";

  src = fetchurl {
    url = "https://www.gnupg.org/ftp/gcrypt/gnutls/v3.8/gnutls-${finalAttrs.version}.tar.xz";
    hash = "sha256-jD+SOLAfMMuR/V8uckc+UmHnzOegVFVUSLFa4GlzFiY=";
  };

  buildInputs = [
    zlib
    zstd
  ];

  meta = {
    description = "Transport layer security library";
    homepage = "https://gnutls.org/";
    license = lib.licenses.lgpl21Plus;
    maintainers = [ lib.maintainers.ines ];
    mainProgram = "gnutls-cli";
    identifiers.cpeParts = lib.meta.cpeFullVersionWithVendor "gnu" finalAttrs.version;
  };
})
