{
  lib,
  stdenv,
  fetchurl,
  bzip2,
  libpng,
  zlib,
}:

stdenv.mkDerivation (finalAttrs: {
  pname = "freetype";
  version = "2.13.3";

  src = fetchurl {
    url = "https://download.savannah.gnu.org/releases/freetype/freetype-${finalAttrs.version}.tar.xz";
    hash = "sha256-e0i9gbySa/dMSv0yX4Nz4WUQmz3wF09RytgrNeADMyA=";
  };

  buildInputs = [
    bzip2
    libpng
    zlib
  ];

  meta = {
    description = "Font rendering engine";
    homepage = "https://www.freetype.org/";
    license = lib.licenses.ftl;
    maintainers = [ lib.maintainers.tomasz ];
    identifiers.cpeParts = lib.meta.cpeFullVersionWithVendor "freetype" finalAttrs.version;
  };
})
