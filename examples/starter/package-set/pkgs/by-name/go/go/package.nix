{
  lib,
  stdenv,
  fetchurl,
}:

stdenv.mkDerivation (finalAttrs: {
  pname = "go";
  version = "1.24.4";

  src = fetchurl {
    url = "https://go.dev/dl/go${finalAttrs.version}.src.tar.gz";
    hash = "sha256-LxFp7cp/sHXfSbgBPa/r7JkfA/Ka+050zJV0jf+uv2M=";
  };

  meta = {
    description = "The Go programming language";
    homepage = "https://go.dev/";
    license = lib.licenses.bsd3;
    maintainers = [ lib.maintainers.okoro ];
    mainProgram = "go";
    identifiers.cpeParts = lib.meta.cpeFullVersionWithVendor "golang" finalAttrs.version;
  };
})
