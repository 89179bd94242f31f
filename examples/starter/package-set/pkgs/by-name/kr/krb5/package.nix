{
  lib,
  stdenv,
  fetchurl,
  openssl,
}:

stdenv.mkDerivation (finalAttrs: {
  pname = "krb5";
  version = "1.21.3";

  src = fetchurl {
    url = "https://kerberos.org/dist/krb5/1.21/krb5-${finalAttrs.version}.tar.gz";
    hash = "sha256-2DiKy9skIzTzRdy/47xf2Kjau4tAcJX7vyZt22jrtws=";
  };

  buildInputs = [
    openssl
  ];

  meta = {
    description = "MIT Kerberos 5";
    homepage = "https://web.mit.edu/kerberos/";
    license = lib.licenses.mit;
    maintainers = [ lib.maintainers.mara ];
    mainProgram = "kinit";
    identifiers.cpeParts = lib.meta.cpeFullVersionWithVendor "mit" finalAttrs.version // { product = "kerberos_5"; };
  };
})
