{
  lib,
  stdenv,
  fetchurl,
}:

stdenv.mkDerivation (finalAttrs: {
  pname = "less";
  version = "668";

  src = fetchurl {
    url = "https://www.greenwoodsoftware.com/less/less-${finalAttrs.version}.tar.gz";
    hash = "sha256-CEN8/uv28lXkRO0IaSpEhisu2gt0I4cyZyl9FDToZvs=";
  };

  meta = {
    description = "Pager that shows text one screen at a time";
    homepage = "https://www.greenwoodsoftware.com/less/";
    license = lib.licenses.gpl3Plus;
    maintainers = [ lib.maintainers.tomasz ];
    mainProgram = "less";
    identifiers.cpeParts = lib.meta.cpeFullVersionWithVendor "greenwoodsoftware" finalAttrs.version;
  };
})
