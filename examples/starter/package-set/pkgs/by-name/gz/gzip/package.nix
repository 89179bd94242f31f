{
  lib,
  stdenv,
  fetchurl,
}:

stdenv.mkDerivation (finalAttrs: {
  pname = "gzip";
  version = "1.14";

  src = fetchurl {
    url = "https://ftp.gnu.org/gnu/gzip/gzip-${finalAttrs.version}.tar.xz";
    hash = "sha256-8F9XSKh92o1JJCnFSxeh7y6f44KhT6fCotYl79GGg/w=";
  };

  meta = {
    description = "GNU compression program";
    homepage = "https://www.gnu.org/software/gzip/";
    license = lib.licenses.gpl3Plus;
    maintainers = [ lib.maintainers.tomasz ];
    mainProgram = "gzip";
    identifiers.cpeParts = lib.meta.cpeFullVersionWithVendor "gnu" finalAttrs.version;
  };
})
