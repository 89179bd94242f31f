let
  lib = rec {
    systems = [
      "x86_64-linux"
      "aarch64-linux"
      "aarch64-darwin"
    ];

    linux = builtins.filter (system: builtins.match ".*-linux" system != null) lib.systems;

    licenses = import ./licenses.nix;
    maintainers = import ./maintainers.nix;
    meta = import ./meta.nix { inherit lib; };

    inherit (import ./customisation.nix { inherit lib; }) callPackageWith makeOverridable;

    inherit (builtins) isFunction;

    fix =
      f:
      let
        self = f self;
      in
      self;

    extends =
      overlay: f: final:
      let
        prev = f final;
      in
      prev // overlay final prev;

    genAttrs =
      names: f:
      builtins.listToAttrs (
        map (name: {
          inherit name;
          value = f name;
        }) names
      );

    optionalAttrs = condition: attrs: if condition then attrs else { };

    /* `1_2_3` for `1.2.3`, as in the tags of some projects. */
    underscored = version: builtins.replaceStrings [ "." ] [ "_" ] version;
  };
in
lib
