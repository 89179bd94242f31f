{
  lib,
  stdenv,
  fetchurl,
  zlib,
}:

stdenv.mkDerivation (finalAttrs: {
  pname = "libpng";
  version = "1.6.48";

  src = fetchurl {
    url = "https://downloads.sourceforge.net/project/libpng/libpng16/${finalAttrs.version}/libpng-${finalAttrs.version}.tar.xz";
    hash = "sha256-lpOipQ2RH4zKVIXBuoxLtsxLRtSA547qYWeUrvHq1rA=";
  };

  buildInputs = [
    zlib
  ];

  meta = {
    description = "Reference library for the PNG image format";
    homepage = "https://www.libpng.org/pub/png/libpng.html";
    license = lib.licenses.libpng2;
    maintainers = [ lib.maintainers.tomasz ];
    identifiers.cpeParts = lib.meta.cpeFullVersionWithVendor "libpng" finalAttrs.version;
  };
})
