{
  lib,
  stdenv,
  fetchurl,
  krb5,
  nghttp2,
  openssl,
  zlib,
}:

stdenv.mkDerivation (finalAttrs: {
  pname = "bind";
  version = "9.20.9";

  src = fetchurl {
    url = "https://downloads.isc.org/isc/bind9/${finalAttrs.version}/bind-${finalAttrs.version}.tar.xz";
    hash = "sha256-dI8mOz53n9zZR6A2LeOVGTtkDaP0Qv7ialO/y8habmI=";
  };

  buildInputs = [
    krb5
    nghttp2
    openssl
    zlib
  ];

  meta = {
    description = "Domain name server";
    homepage = "https://www.isc.org/bind/";
    license = lib.licenses.mpl20;
    maintainers = [ lib.maintainers.ines ];
    mainProgram = "named";
    identifiers.cpeParts = lib.meta.cpeFullVersionWithVendor "isc" finalAttrs.version;
  };
})
