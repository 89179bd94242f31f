{
  lib,
  stdenv,
  fetchurl,
  openssl,
  pcre2,
  zlib,
}:

stdenv.mkDerivation (finalAttrs: {
  pname = "nginx";
  version = "1.28.0";

  src = fetchurl {
    url = "https://nginx.org/download/nginx-${finalAttrs.version}.tar.gz";
    hash = "sha256-AJMVj/BzTHt0M5bv1bshOgh7+PDAmQbtnbUdk+gsDig=";
  };

  buildInputs = [
    openssl
    pcre2
    zlib
  ];

  meta = {
    description = "Reverse proxy and lightweight web server";
    homepage = "https://nginx.org/";
    license = lib.licenses.bsd2;
    maintainers = [ lib.maintainers.mara ];
    mainProgram = "nginx";
    identifiers.cpeParts = lib.meta.cpeFullVersionWithVendor "f5" finalAttrs.version;
  };
})
