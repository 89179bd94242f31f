{
  lib,
  stdenv,
  fetchurl,
}:

stdenv.mkDerivation (finalAttrs: {
  pname = "bash";
  version = "5.2p37";

  src = fetchurl {
    url = "https://ftp.gnu.org/gnu/bash/bash-5.2.37.tar.gz";
    hash = "sha256-Bwk/B5YQFtVGfkR8DHK5xOJW6Gb4fUGetAvtloWXv+U=";
  };

  meta = {
    description = "GNU Bourne-Again shell";
    homepage = "https://www.gnu.org/software/bash/";
    license = lib.licenses.gpl3Plus;
    maintainers = [ lib.maintainers.tomasz ];
    mainProgram = "bash";
    identifiers.cpeParts = lib.meta.cpeFullVersionWithVendor "gnu" finalAttrs.version;
  };
})
