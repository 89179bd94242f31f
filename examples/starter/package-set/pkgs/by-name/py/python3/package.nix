{
  lib,
  stdenv,
  fetchurl,
  bzip2,
  expat,
  openssl,
  sqlite,
  xz,
  zlib,
}:

stdenv.mkDerivation (finalAttrs: {
  pname = "python3";
  version = "3.13.4";

  src = fetchurl {
    url = "https://www.python.org/ftp/python/${finalAttrs.version}/Python-${finalAttrs.version}.tar.xz";
    hash = "sha256-16158rYRqyPgpjibfmi/MB8ukjof3WBbNNXtLcgeYAI=";
  };

  buildInputs = [
    bzip2
    expat
    openssl
    sqlite
    xz
    zlib
  ];

  meta = {
    description = "High-level dynamically typed programming language";
    homepage = "https://www.python.org/";
    license = lib.licenses.psfl;
    maintainers = [ lib.maintainers.okoro ];
    mainProgram = "python3";
    identifiers.cpeParts = lib.meta.cpeFullVersionWithVendor "python" finalAttrs.version // { product = "python"; };
  };
})
