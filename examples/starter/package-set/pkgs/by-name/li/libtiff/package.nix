{
  lib,
  stdenv,
  fetchurl,
  libjpeg,
  libwebp,
  xz,
  zlib,
  zstd,
}:

stdenv.mkDerivation (finalAttrs: {
  pname = "libtiff";
  version = "4.7.0";

  src = fetchurl {
    url = "https://download.osgeo.org/libtiff/tiff-${finalAttrs.version}.tar.xz";
    hash = "sha256-UrqiLhmxn6iH/jDYwNWbu/UVHqUNAMV9+XSDJ+5M0Ns=";
  };

  buildInputs = [
    libjpeg
    libwebp
    xz
    zlib
    zstd
  ];

  meta = {
    description = "Library and tools for the TIFF image format";
    homepage = "https://libtiff.gitlab.io/libtiff/";
    license = lib.licenses.libtiff;
    maintainers = [ lib.maintainers.tomasz ];
    mainProgram = "tiffinfo";
    identifiers.cpeParts = lib.meta.cpeFullVersionWithVendor "libtiff" finalAttrs.version;
  };
})
