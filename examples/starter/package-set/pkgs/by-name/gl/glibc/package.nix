{
  lib,
  stdenv,
  fetchurl,
}:

stdenv.mkDerivation (finalAttrs: {
  pname = "glibc";
  version = "2.40";

  src = fetchurl {
    url = "https://ftp.gnu.org/gnu/glibc/glibc-${finalAttrs.version}.tar.xz";
    hash = "sha256-yZKARwFucy1Y7A1rrXXkyIiiGtf1vX1x3H8SDfv4TaY=";
  };

  meta = {
    description = "GNU C library";
    homepage = "https://www.gnu.org/software/libc/";
    license = lib.licenses.lgpl2Plus;
    maintainers = [ lib.maintainers.okoro ];
    platforms = lib.linux;
    identifiers.cpeParts = lib.meta.cpeFullVersionWithVendor "gnu" finalAttrs.version;
  };
})
