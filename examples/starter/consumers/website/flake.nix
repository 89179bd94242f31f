{
  description = "The website";

  inputs.nixpkgs.url = "@address@/0";

  outputs =
    { self, nixpkgs }:
    {
      packages = nixpkgs.lib.genAttrs nixpkgs.lib.systems (system: {
        default = nixpkgs.legacyPackages.${system}.nginx;
      });
    };
}
