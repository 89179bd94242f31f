{
  lib,
  stdenv,
  fetchFromGitHub,
}:

stdenv.mkDerivation (finalAttrs: {
  pname = "expat";
  version = "2.7.1";

  src = fetchFromGitHub {
    owner = "libexpat";
    repo = "libexpat";
    tag = "R_${lib.underscored finalAttrs.version}";
    hash = "sha256-xw1XNg8CQ1djNpVBNONh7rnsUQeIEnI4dqIC8Lg3jsQ=";
  };

  meta = {
    description = "Stream-oriented XML parser library";
    homepage = "https://libexpat.github.io/";
    license = lib.licenses.mit;
    maintainers = [ lib.maintainers.ines ];
    mainProgram = "xmlwf";
    identifiers.cpeParts = lib.meta.cpeFullVersionWithVendor "libexpat_project" finalAttrs.version // { product = "libexpat"; };
  };
})
