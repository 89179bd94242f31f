{
  lib,
  stdenv,
  fetchurl,
  zlib,
}:

stdenv.mkDerivation (finalAttrs: {
  pname = "sqlite";
  version = "3.49.2";

  src = fetchurl {
    url = "https://sqlite.org/2025/sqlite-autoconf-3490200.tar.gz";
    hash = "sha256-/aEJfkzGvA+7qm5pbot94VbS9rC9EUWjMCgqlsKirlY=";
  };

  buildInputs = [
    zlib
  ];

  meta = {
    description = "Self-contained, serverless, transactional SQL database engine";
    homepage = "https://sqlite.org/";
    license = lib.licenses.publicDomain;
    maintainers = [ lib.maintainers.okoro ];
    mainProgram = "sqlite3";
    identifiers.cpeParts = lib.meta.cpeFullVersionWithVendor "sqlite" finalAttrs.version;
  };
})
