{
  lib,
  stdenv,
  fetchFromGitHub,
}:

stdenv.mkDerivation (finalAttrs: {
  pname = "openssl";
  version = "1.1.1w";

  src = fetchFromGitHub {
    owner = "openssl";
    repo = "openssl";
    tag = "OpenSSL_${lib.underscored finalAttrs.version}";
    hash = "sha256-vnZdSLTgmenBlso6Sjsmdm74Fi6GoeVBYFynS6N1Vro=";
  };

  meta = {
    description = "Cryptographic library with the SSL and TLS protocols (old stable series)";
    homepage = "https://www.openssl.org/";
    license = lib.licenses.openssl;
    maintainers = [ lib.maintainers.mara ];
    mainProgram = "openssl";
    knownVulnerabilities = [
      "OpenSSL 1.1.1 reached its end of life on 2023-09-11"
    ];
    identifiers.cpeParts = lib.meta.cpeFullVersionWithVendor "openssl" finalAttrs.version;
  };
})
