{ callPackage }:

let
  root = ../by-name;
  packagesIn =
    shard:
    map (name: {
      inherit name;
      value = callPackage (root + "/${shard}/${name}/package.nix") { };
    }) (builtins.attrNames (builtins.readDir (root + "/${shard}")));
in
builtins.listToAttrs (builtins.concatMap packagesIn (builtins.attrNames (builtins.readDir root)))
