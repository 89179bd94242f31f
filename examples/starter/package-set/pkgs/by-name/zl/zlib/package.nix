{
  lib,
  stdenv,
  fetchFromGitHub,
}:

stdenv.mkDerivation (finalAttrs: {
  pname = "zlib";
  version = "1.3.1";

  src = fetchFromGitHub {
    owner = "madler";
    repo = "zlib";
    tag = "v${finalAttrs.version}";
    hash = "sha256-MbUd+G6t2qPTk3BVXd5UtPCe9Bmn32hm+iqqtQX/l4A=";
  };

  meta = {
    description = "Lossless data-compression library";
    homepage = "https://zlib.net/";
    license = lib.licenses.zlib;
    maintainers = [ lib.maintainers.tomasz ];
    identifiers.cpeParts = lib.meta.cpeFullVersionWithVendor "zlib" finalAttrs.version;
  };
})
