{
  lib,
  stdenv,
  fetchFromGitHub,
}:

stdenv.mkDerivation (finalAttrs: {
  pname = "lz4";
  version = "1.10.0";

  src = fetchFromGitHub {
    owner = "lz4";
    repo = "lz4";
    tag = "v${finalAttrs.version}";
    hash = "sha256-nqOoUNcKtSbVH46jqTeoswCdWCOtoVtPiDITASEY70I=";
  };

  meta = {
    description = "Extremely fast compression";
    homepage = "https://lz4.org/";
    license = lib.licenses.bsd2;
    maintainers = [ lib.maintainers.tomasz ];
    mainProgram = "lz4";
    identifiers.cpeParts = lib.meta.cpeFullVersionWithVendor "lz4_project" finalAttrs.version;
  };
})
