{
  lib,
  stdenv,
  fetchurl,
  openssl,
}:

stdenv.mkDerivation (finalAttrs: {
  pname = "openldap";
  version = "2.6.9";

  src = fetchurl {
    url = "https://www.openldap.org/software/download/OpenLDAP/openldap-release/openldap-${finalAttrs.version}.tgz";
    hash = "sha256-HJaA5XnqsyjEZKZgyjGe/gMEZ5U8+grJw9xksCdt/6w=";
  };

  buildInputs = [
    openssl
  ];

  meta = {
    description = "Implementation of the lightweight directory access protocol";
    homepage = "https://www.openldap.org/";
    license = lib.licenses.openldap;
    maintainers = [ lib.maintainers.mara ];
    mainProgram = "ldapsearch";
    identifiers.cpeParts = lib.meta.cpeFullVersionWithVendor "openldap" finalAttrs.version;
  };
})
