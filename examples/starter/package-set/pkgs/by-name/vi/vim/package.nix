{
  lib,
  stdenv,
  fetchFromGitHub,
}:

stdenv.mkDerivation (finalAttrs: {
  pname = "vim";
  version = "9.1.1401";

  src = fetchFromGitHub {
    owner = "vim";
    repo = "vim";
    tag = "v${finalAttrs.version}";
    hash = "sha256-KNf1CLin0gioMqVa7uo4Ld9uffqeQfPRfxLpXwJvYEY=";
  };

  meta = {
    description = "Highly configurable text editor";
    homepage = "https://www.vim.org/";
    license = lib.licenses.vim;
    maintainers = [ lib.maintainers.tomasz ];
    mainProgram = "vim";
    identifiers.cpeParts = lib.meta.cpeFullVersionWithVendor "vim" finalAttrs.version;
  };
})
