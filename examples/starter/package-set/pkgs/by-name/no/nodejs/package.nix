{
  lib,
  stdenv,
  fetchurl,
  openssl,
  zlib,
}:

stdenv.mkDerivation (finalAttrs: {
  pname = "nodejs";
  version = "22.16.0";

  src = fetchurl {
    url = "https://nodejs.org/dist/v${finalAttrs.version}/node-v${finalAttrs.version}.tar.xz";
    hash = "sha256-a8BWA6DkDS0IvlsFvZHyHDY+oUPmYEe75mhO9G8DWSo=";
  };

  buildInputs = [
    openssl
    zlib
  ];

  meta = {
    description = "Event-driven I/O framework for JavaScript";
    homepage = "https://nodejs.org/";
    license = lib.licenses.mit;
    maintainers = [ lib.maintainers.okoro ];
    mainProgram = "node";
    identifiers.cpeParts = lib.meta.cpeFullVersionWithVendor "nodejs" finalAttrs.version // { product = "node.js"; };
  };
})
