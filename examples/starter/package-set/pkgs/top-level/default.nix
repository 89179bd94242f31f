{
  system,
  config,
  overlays,
}:

let
  lib = import ../../lib;

  packages =
    final:
    {
      inherit lib config;
      callPackage = lib.callPackageWith final;
      stdenv = import ../stdenv { inherit lib system config; };
      python3Packages = import ./python-packages.nix { inherit lib; packages = final; };
    }
    // import ../build-support/fetch.nix { inherit lib system; }
    // import ./by-name.nix { inherit (final) callPackage; }
    // import ./all-packages.nix final
    // import ./aliases.nix;
in
lib.fix (builtins.foldl' (set: overlay: lib.extends overlay set) packages overlays)
