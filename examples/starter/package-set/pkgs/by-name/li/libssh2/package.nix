{
  lib,
  stdenv,
  fetchurl,
  openssl,
  zlib,
}:

stdenv.mkDerivation (finalAttrs: {
  pname = "libssh2";
  version = "1.11.1";

  src = fetchurl {
    url = "https://www.libssh2.org/download/libssh2-${finalAttrs.version}.tar.gz";
    hash = "sha256-2FdDwBizuj9rEx6Fza5aj1l42nT83VpsYGEXjtaAW8I=";
  };

  buildInputs = [
    openssl
    zlib
  ];

  meta = {
    description = "Client library for the SSH2 protocol";
    homepage = "https://www.libssh2.org/";
    license = lib.licenses.bsd3;
    maintainers = [ lib.maintainers.ines ];
    identifiers.cpeParts = lib.meta.cpeFullVersionWithVendor "libssh2" finalAttrs.version;
  };
})
