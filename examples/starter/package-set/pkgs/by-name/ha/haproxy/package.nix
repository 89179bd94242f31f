{
  lib,
  stdenv,
  fetchurl,
  openssl,
  pcre2,
  zlib,
}:

stdenv.mkDerivation (finalAttrs: {
  pname = "haproxy";
  version = "3.2.1";

  src = fetchurl {
    url = "https://www.haproxy.org/download/3.2/src/haproxy-${finalAttrs.version}.tar.gz";
    hash = "sha256-2vYrDkEuQCkWpgf37f/vX6Zb9w0H3EiDYEV6ZBUJp5c=";
  };

  buildInputs = [
    openssl
    pcre2
    zlib
  ];

  meta = {
    description = "Reliable, high-performance TCP and HTTP load balancer";
    homepage = "https://www.haproxy.org/";
    license = lib.licenses.gpl2Plus;
    maintainers = [ lib.maintainers.ines ];
    mainProgram = "haproxy";
    identifiers.cpeParts = lib.meta.cpeFullVersionWithVendor "haproxy" finalAttrs.version;
  };
})
