{
  lib,
  stdenv,
  fetchurl,
  libssh2,
  nghttp2,
  openssl,
  zlib,
  zstd,
}:

stdenv.mkDerivation (finalAttrs: {
  pname = "curl";
  version = "8.14.1";

  src = fetchurl {
    url = "https://curl.se/download/curl-${finalAttrs.version}.tar.xz";
    hash = "sha256-oVbCe2unpEG2qiq4pC3QUFIYuno2qvgAUWcYscnKXsk=";
  };

  buildInputs = [
    libssh2
    nghttp2
    openssl
    zlib
    zstd
  ];

  meta = {
    description = "Command-line tool and library for transferring data with URLs";
    homepage = "https://curl.se/";
    license = lib.licenses.curl;
    maintainers = [ lib.maintainers.ines ];
    mainProgram = "curl";
    identifiers.cpeParts = lib.meta.cpeFullVersionWithVendor "haxx" finalAttrs.version;
  };
})
