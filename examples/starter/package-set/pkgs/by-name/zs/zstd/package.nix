{
  lib,
  stdenv,
  fetchFromGitHub,
}:

stdenv.mkDerivation (finalAttrs: {
  pname = "zstd";
  version = "1.5.7";

  src = fetchFromGitHub {
    owner = "facebook";
    repo = "zstd";
    tag = "v${finalAttrs.version}";
    hash = "sha256-1MpJgvbyDDUrysG/aQSFtk/xXXtrbR2zcZxzFR2NgnM=";
  };

  meta = {
    description = "Fast real-time compression";
    homepage = "https://facebook.github.io/zstd/";
    license = lib.licenses.bsd3;
    maintainers = [ lib.maintainers.tomasz ];
    mainProgram = "zstd";
    identifiers.cpeParts = lib.meta.cpeFullVersionWithVendor "facebook" finalAttrs.version // { product = "zstandard"; };
  };
})
