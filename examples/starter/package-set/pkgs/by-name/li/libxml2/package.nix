{
  lib,
  stdenv,
  fetchurl,
  xz,
  zlib,
}:

stdenv.mkDerivation (finalAttrs: {
  pname = "libxml2";
  version = "2.13.8";

  src = fetchurl {
    url = "https://download.gnome.org/sources/libxml2/2.13/libxml2-${finalAttrs.version}.tar.xz";
    hash = "sha256-CT5FPQtasYvq5YKbEZuDiEANeZGaLwxnVDyILVYqmEw=";
  };

  buildInputs = [
    xz
    zlib
  ];

  meta = {
    description = "XML parsing library for C";
    homepage = "https://gitlab.gnome.org/GNOME/libxml2";
    license = lib.licenses.mit;
    maintainers = [ lib.maintainers.ines ];
    mainProgram = "xmllint";
    identifiers.cpeParts = lib.meta.cpeFullVersionWithVendor "xmlsoft" finalAttrs.version;
  };
})
