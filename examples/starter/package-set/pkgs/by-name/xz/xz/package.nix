{
  lib,
  stdenv,
  fetchFromGitHub,
}:

stdenv.mkDerivation (finalAttrs: {
  pname = "xz";
  version = "5.8.0";

  src = fetchFromGitHub {
    owner = "tukaani-project";
    repo = "xz";
    tag = "v${finalAttrs.version}";
    hash = "sha256-YtxegL7J79+7RAUC/PIxz3mi4Qccf2lMv1t0nG7gKxQ=";
  };

  meta = {
    description = "General-purpose data compression with the LZMA algorithm";
    homepage = "https://tukaani.org/xz/";
    license = lib.licenses.bsd0;
    maintainers = [ lib.maintainers.tomasz ];
    mainProgram = "xz";
    identifiers.cpeParts = lib.meta.cpeFullVersionWithVendor "tukaani" finalAttrs.version;
  };
})
