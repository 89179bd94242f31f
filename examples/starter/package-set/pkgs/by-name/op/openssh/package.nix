{
  lib,
  stdenv,
  fetchurl,
  krb5,
  openssl,
  zlib,
}:

stdenv.mkDerivation (finalAttrs: {
  pname = "openssh";
  version = "10.0p2";

  src = fetchurl {
    url = "https://cdn.openbsd.org/pub/OpenBSD/OpenSSH/portable/openssh-${finalAttrs.version}.tar.gz";
    hash = "sha256-EJ5h1kcAJk832+pw1nVKwGPap50JiLEuEFQ2I9ZRMNg=";
  };

  buildInputs = [
    krb5
    openssl
    zlib
  ];

  meta = {
    description = "Implementation of the SSH protocol";
    homepage = "https://www.openssh.com/";
    license = lib.licenses.bsd2;
    maintainers = [ lib.maintainers.mara ];
    mainProgram = "ssh";
    identifiers.cpeParts = lib.meta.cpePatchVersionInUpdateWithVendor "openbsd" finalAttrs.version;
  };
})
