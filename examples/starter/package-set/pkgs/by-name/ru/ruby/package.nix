{
  lib,
  stdenv,
  fetchurl,
  openssl,
  zlib,
}:

stdenv.mkDerivation (finalAttrs: {
  pname = "ruby";
  version = "3.4.4";

  src = fetchurl {
    url = "https://cache.ruby-lang.org/pub/ruby/3.4/ruby-${finalAttrs.version}.tar.gz";
    hash = "sha256-K1kLIiBJElWoRXKkmEMZIcPChVQpJEEZzIIeD8YUCJw=";
  };

  buildInputs = [
    openssl
    zlib
  ];

  meta = {
    description = "Object-oriented language for quick and easy programming";
    homepage = "https://www.ruby-lang.org/";
    license = lib.licenses.ruby;
    maintainers = [ lib.maintainers.okoro ];
    mainProgram = "ruby";
    identifiers.cpeParts = lib.meta.cpeFullVersionWithVendor "ruby-lang" finalAttrs.version;
  };
})
