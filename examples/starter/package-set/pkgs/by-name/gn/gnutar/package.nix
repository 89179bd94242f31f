{
  lib,
  stdenv,
  fetchurl,
}:

stdenv.mkDerivation (finalAttrs: {
  pname = "gnutar";
  version = "1.35";

  src = fetchurl {
    url = "https://ftp.gnu.org/gnu/tar/tar-${finalAttrs.version}.tar.xz";
    hash = "sha256-Dxb0ARxCw9XqW31EOih4obD1Pa35KoNhgergAdcsgqw=";
  };

  meta = {
    description = "GNU implementation of the tar archiver";
    homepage = "https://www.gnu.org/software/tar/";
    license = lib.licenses.gpl3Plus;
    maintainers = [ lib.maintainers.tomasz ];
    mainProgram = "tar";
    identifiers.cpeParts = lib.meta.cpeFullVersionWithVendor "gnu" finalAttrs.version // { product = "tar"; };
  };
})
