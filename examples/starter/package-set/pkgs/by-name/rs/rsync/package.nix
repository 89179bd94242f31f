{
  lib,
  stdenv,
  fetchurl,
  lz4,
  openssl,
  zlib,
  zstd,
}:

stdenv.mkDerivation (finalAttrs: {
  pname = "rsync";
  version = "3.4.1";

  src = fetchurl {
    url = "https://download.samba.org/pub/rsync/src/rsync-${finalAttrs.version}.tar.gz";
    hash = "sha256-MmFGDwTWOj365GpBkIYtlkin3fxDsPnWAjFccQMcvcI=";
  };

  buildInputs = [
    lz4
    openssl
    zlib
    zstd
  ];

  meta = {
    description = "Fast incremental file transfer";
    homepage = "https://rsync.samba.org/";
    license = lib.licenses.gpl3Plus;
    maintainers = [ lib.maintainers.tomasz ];
    mainProgram = "rsync";
    identifiers.cpeParts = lib.meta.cpeFullVersionWithVendor "samba" finalAttrs.version;
  };
})
