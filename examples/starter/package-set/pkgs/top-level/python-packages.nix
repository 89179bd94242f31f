{ lib, packages }:

let
  root = ../python-modules;
in
lib.fix (
  final:
  lib.genAttrs (builtins.attrNames (builtins.readDir root)) (
    name: lib.callPackageWith (packages // final) (root + "/${name}") { }
  )
)
