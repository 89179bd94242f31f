{
  lib,
  stdenv,
  fetchurl,
}:

stdenv.mkDerivation (finalAttrs: {
  pname = "unrar";
  version = "7.1.6";

  src = fetchurl {
    url = "https://www.rarlab.com/rar/unrarsrc-${finalAttrs.version}.tar.gz";
    hash = "sha256-B49Q1grAlKBAcdnKOWM4TYOwMv5xtklpUzEQhSAJCFA=";
  };

  meta = {
    description = "Unpacks RAR archives";
    homepage = "https://www.rarlab.com/";
    license = lib.licenses.unfreeRedistributable;
    maintainers = [ lib.maintainers.ines ];
    mainProgram = "unrar";
    identifiers.cpeParts = lib.meta.cpeFullVersionWithVendor "rarlab" finalAttrs.version;
  };
})
