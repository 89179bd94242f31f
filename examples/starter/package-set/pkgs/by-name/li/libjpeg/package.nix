{
  lib,
  stdenv,
  fetchFromGitHub,
}:

stdenv.mkDerivation (finalAttrs: {
  pname = "libjpeg-turbo";
  version = "3.1.0";

  src = fetchFromGitHub {
    owner = "libjpeg-turbo";
    repo = "libjpeg-turbo";
    tag = finalAttrs.version;
    hash = "sha256-DD6Q6OqHhJ7GzzUUoCI4YXKa+UWNudUEq9+5C66JMBs=";
  };

  meta = {
    description = "Fast JPEG codec";
    homepage = "https://libjpeg-turbo.org/";
    license = lib.licenses.ijg;
    maintainers = [ lib.maintainers.tomasz ];
    mainProgram = "djpeg";
    identifiers.cpeParts = lib.meta.cpeFullVersionWithVendor "libjpeg-turbo" finalAttrs.version;
  };
})
