{
  lib,
  stdenv,
  fetchFromGitHub,
  lz4,
  xz,
  zstd,
}:

stdenv.mkDerivation (finalAttrs: {
  pname = "systemd";
  version = "257.6";

  src = fetchFromGitHub {
    owner = "systemd";
    repo = "systemd";
    tag = "v${finalAttrs.version}";
    hash = "sha256-4NH7MTr7AlvpdEho+DZlLRxaglTt3Pae1Ok6T9FMToQ=";
  };

  buildInputs = [
    lz4
    xz
    zstd
  ];

  meta = {
    description = "System and service manager for Linux";
    homepage = "https://systemd.io/";
    license = lib.licenses.lgpl21Plus;
    maintainers = [ lib.maintainers.okoro ];
    platforms = lib.linux;
    mainProgram = "systemctl";
    identifiers.cpeParts = lib.meta.cpeFullVersionWithVendor "systemd_project" finalAttrs.version;
  };
})
