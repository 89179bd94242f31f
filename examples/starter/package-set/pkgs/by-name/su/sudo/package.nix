{
  lib,
  stdenv,
  fetchurl,
  zlib,
}:

stdenv.mkDerivation (finalAttrs: {
  pname = "sudo";
  version = "1.9.16p2";

  src = fetchurl {
    url = "https://www.sudo.ws/dist/sudo-${finalAttrs.version}.tar.gz";
    hash = "sha256-Ek19Z0TCv8VJ0DLFJDIJOKMnGHxA2oTT3a40pae4ono=";
  };

  buildInputs = [
    zlib
  ];

  meta = {
    description = "Runs a command as another user";
    homepage = "https://www.sudo.ws/";
    license = lib.licenses.sudo;
    maintainers = [ lib.maintainers.mara ];
    mainProgram = "sudo";
    identifiers.cpeParts = lib.meta.cpePatchVersionInUpdateWithVendor "sudo_project" finalAttrs.version;
  };
})
