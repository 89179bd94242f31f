{
  lib,
  stdenv,
  fetchurl,
  krb5,
  libxml2,
  lz4,
  openldap,
  openssl,
  zlib,
  zstd,
}:

stdenv.mkDerivation (finalAttrs: {
  pname = "postgresql";
  version = "17.5";

  src = fetchurl {
    url = "https://ftp.postgresql.org/pub/source/v${finalAttrs.version}/postgresql-${finalAttrs.version}.tar.bz2";
    hash = "sha256-jiYvpuHJLfq3KWhFcVAuvlgnUMIeyc5/x2HV7SAxzGM=";
  };

  buildInputs = [
    krb5
    libxml2
    lz4
    openldap
    openssl
    zlib
    zstd
  ];

  meta = {
    description = "Object-relational database system";
    homepage = "https://www.postgresql.org/";
    license = lib.licenses.postgresql;
    maintainers = [ lib.maintainers.okoro ];
    mainProgram = "postgres";
    identifiers.cpeParts = lib.meta.cpeFullVersionWithVendor "postgresql" finalAttrs.version;
  };
})
