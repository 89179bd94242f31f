{
  description = "A small package set in the shape of Nixpkgs";

  outputs =
    { self }:
    let
      lib = import ./lib;
    in
    {
      inherit lib;

      legacyPackages = lib.genAttrs lib.systems (system: import ./. { inherit system; });
    };
}
