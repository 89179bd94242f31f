{
  lib,
  stdenv,
  fetchurl,
}:

stdenv.mkDerivation (finalAttrs: {
  pname = "coreutils";
  version = "9.7";

  src = fetchurl {
    url = "https://ftp.gnu.org/gnu/coreutils/coreutils-${finalAttrs.version}.tar.xz";
    hash = "sha256-7N5GjSA2kEM9+q/y2ofySlcJ09PrXcGU/VaLRPoqGB0=";
  };

  meta = {
    description = "GNU core utilities";
    homepage = "https://www.gnu.org/software/coreutils/";
    license = lib.licenses.gpl3Plus;
    maintainers = [ lib.maintainers.tomasz ];
    mainProgram = "coreutils";
    identifiers.cpeParts = lib.meta.cpeFullVersionWithVendor "gnu" finalAttrs.version;
  };
})
