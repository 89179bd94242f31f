{
  lib,
  stdenv,
  fetchFromGitHub,
  libjpeg,
  libpng,
}:

stdenv.mkDerivation (finalAttrs: {
  pname = "libwebp";
  version = "1.5.0";

  src = fetchFromGitHub {
    owner = "webmproject";
    repo = "libwebp";
    tag = "v${finalAttrs.version}";
    hash = "sha256-k+x62+aLYDsOpRmvOlvfNOYU728Fh+XklxEuwgUMAP4=";
  };

  buildInputs = [
    libjpeg
    libpng
  ];

  meta = {
    description = "Library and tools for the WebP image format";
    homepage = "https://developers.google.com/speed/webp/";
    license = lib.licenses.bsd3;
    maintainers = [ lib.maintainers.tomasz ];
    mainProgram = "cwebp";
    identifiers.cpeParts = lib.meta.cpeFullVersionWithVendor "webmproject" finalAttrs.version;
  };
})
