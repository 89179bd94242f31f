{
  lib,
  stdenv,
  fetchFromGitHub,
}:

stdenv.mkDerivation (finalAttrs: {
  pname = "openssl";
  version = "3.5.0";

  outputs = [
    "bin"
    "dev"
    "out"
  ];

  src = fetchFromGitHub {
    owner = "openssl";
    repo = "openssl";
    tag = "openssl-${finalAttrs.version}";
    hash = "sha256-3kq+aLIrLhJN6Tiuibh2jmewmdTt7Y+GWPX3Y3YAtyQ=";
  };

  meta = {
    description = "Cryptographic library with the SSL and TLS protocols";
    homepage = "https://www.openssl.org/";
    license = lib.licenses.asl20;
    maintainers = [ lib.maintainers.mara ];
    mainProgram = "openssl";
    identifiers.cpeParts = lib.meta.cpeFullVersionWithVendor "openssl" finalAttrs.version;
  };
})
