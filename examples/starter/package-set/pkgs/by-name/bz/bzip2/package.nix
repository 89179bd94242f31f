{
  lib,
  stdenv,
  fetchurl,
}:

stdenv.mkDerivation (finalAttrs: {
  pname = "bzip2";
  version = "1.0.8";

  src = fetchurl {
    url = "https://sourceware.org/pub/bzip2/bzip2-${finalAttrs.version}.tar.gz";
    hash = "sha256-UOJA7lTjYadPbbGpachKI08wSsHWnXNXandZzygeJbI=";
  };

  meta = {
    description = "Block-sorting file compressor";
    homepage = "https://sourceware.org/bzip2/";
    license = lib.licenses.bsdOriginal;
    maintainers = [ lib.maintainers.tomasz ];
    mainProgram = "bzip2";
    identifiers.cpeParts = lib.meta.cpeFullVersionWithVendor "bzip" finalAttrs.version;
  };
})
