{
  lib,
  stdenv,
  fetchFromGitHub,
  openssl,
  zlib,
}:

stdenv.mkDerivation (finalAttrs: {
  pname = "nghttp2";
  version = "1.65.0";

  src = fetchFromGitHub {
    owner = "nghttp2";
    repo = "nghttp2";
    tag = "v${finalAttrs.version}";
    hash = "sha256-2mEzoRc4NTwCQu5B34TA49nnqisjDOJAZsAfOHATZRA=";
  };

  buildInputs = [
    openssl
    zlib
  ];

  meta = {
    description = "HTTP/2 library and tools";
    homepage = "https://nghttp2.org/";
    license = lib.licenses.mit;
    maintainers = [ lib.maintainers.ines ];
    mainProgram = "nghttp";
    identifiers.cpeParts = lib.meta.cpeFullVersionWithVendor "nghttp2" finalAttrs.version;
  };
})
