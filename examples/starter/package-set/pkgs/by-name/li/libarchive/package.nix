{
  lib,
  stdenv,
  fetchFromGitHub,
  bzip2,
  libxml2,
  lz4,
  openssl,
  xz,
  zlib,
  zstd,
}:

stdenv.mkDerivation (finalAttrs: {
  pname = "libarchive";
  version = "3.7.9";

  src = fetchFromGitHub {
    owner = "libarchive";
    repo = "libarchive";
    tag = "v${finalAttrs.version}";
    hash = "sha256-fg244aJCs7PySuH0QLopJvImVk7sAvlw/29bIDI4LLo=";
  };

  buildInputs = [
    bzip2
    libxml2
    lz4
    openssl
    xz
    zlib
    zstd
  ];

  meta = {
    description = "Library and tools for many archive formats";
    homepage = "https://libarchive.org/";
    license = lib.licenses.bsd3;
    maintainers = [ lib.maintainers.tomasz ];
    mainProgram = "bsdtar";
    identifiers.cpeParts = lib.meta.cpeFullVersionWithVendor "libarchive" finalAttrs.version;
  };
})
