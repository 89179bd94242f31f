{
  description = "The billing service";

  inputs.nixpkgs.url = "@address@/0";

  outputs =
    { self, nixpkgs }:
    {
      packages = nixpkgs.lib.genAttrs nixpkgs.lib.systems (
        system: with nixpkgs.legacyPackages.${system}; {
          default = python3Packages.requests;
          database = postgresql;
        }
      );
    };
}
