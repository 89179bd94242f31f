{
  lib,
  stdenv,
  fetchFromGitHub,
  openssl,
}:

stdenv.mkDerivation (finalAttrs: {
  pname = "valkey";
  version = "8.1.2";

  src = fetchFromGitHub {
    owner = "valkey-io";
    repo = "valkey";
    tag = finalAttrs.version;
    hash = "sha256-hTRQl0meVWZYkpNfkxUMQtS//Khr9Z7pUD2c0T5pQpo=";
  };

  buildInputs = [
    openssl
  ];

  meta = {
    description = "High-performance data structure server";
    homepage = "https://valkey.io/";
    license = lib.licenses.bsd3;
    maintainers = [ lib.maintainers.ines ];
    mainProgram = "valkey-server";
    identifiers.cpeParts = lib.meta.cpeFullVersionWithVendor "lfprojects" finalAttrs.version;
  };
})
