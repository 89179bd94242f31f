{ lib }:

rec {
  /* Adds `override`, which calls `f` again with other arguments; `overrideAttrs` keeps it. */
  makeOverridable =
    f: arguments:
    let
      result = f arguments;
      again = new: makeOverridable f (arguments // (if lib.isFunction new then new arguments else new));
    in
    result
    // { override = again; }
    // lib.optionalAttrs (result ? overrideAttrs) {
      overrideAttrs = change: makeOverridable (given: (f given).overrideAttrs change) arguments;
    };

  /* Calls the function in a file with those of its arguments that `packages` has. */
  callPackageWith =
    packages: file: given:
    let
      f = if lib.isFunction file then file else import file;
      found = builtins.intersectAttrs (builtins.functionArgs f) packages;
    in
    makeOverridable f (found // given);
}
