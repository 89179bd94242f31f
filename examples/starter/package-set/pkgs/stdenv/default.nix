{
  lib,
  system,
  config,
}:

let
  isDarwin = builtins.match ".*-darwin" system != null;

  # macOS builds see the machine's own tools.
  place =
    if isDarwin then
      builtins.toFile "place.sh" ''
        for target; do
          case $target in
          +*) /bin/chmod 755 "''${target#+}" ;;
          *) [ -d "$target" ] || /bin/mkdir "$target" ;;
          esac
        done
      ''
    else
      ./place + "/${system}";

  isAllowed =
    package: meta:
    if (meta.license.free or true) == false && !(config.allowUnfree or false) then
      throw "${package.name} has an unfree licence; allow it with config.allowUnfree = true"
    else if
      meta.knownVulnerabilities or [ ] != [ ] && !((config.allowInsecurePredicate or (_: false)) package)
    then
      throw "${package.name} is known to be vulnerable: ${builtins.concatStringsSep ", " meta.knownVulnerabilities}"
    else if !(builtins.elem system (meta.platforms or lib.systems)) then
      throw "${package.name} is not available on ${system}"
    else
      true;

  build =
    given:
    derivation (
      removeAttrs given [
        "meta"
        "passthru"
      ]
      // {
        name = "${given.pname}-${given.version}";
        inherit system;
        builder = "/bin/sh";
        args = [
          "-eu"
          ./builder.sh
        ];
        outputs = given.outputs or [ "out" ];
        src = given.src or "";
        patches = given.patches or [ ];
        buildInputs = map (input: input.dev or input) (given.buildInputs or [ ]);
        mainProgram = given.meta.mainProgram or "";
        place = if isDarwin then "/bin/sh ${place}" else "${place}";
      }
    );

  /* As in Nixpkgs: takes attributes, or a function from the final attributes to them. */
  mkDerivation =
    attributes:
    let
      given = (if lib.isFunction attributes then attributes else _: attributes) (given // { finalPackage = package; });
      derived = build given;
      position = builtins.unsafeGetAttrPos "version" given;
      meta = {
        outputsToInstall = [ (if builtins.elem "bin" derived.outputs then "bin" else "out") ];
      }
      // given.meta or { }
      // {
        inherit (derived) name;
        identifiers = lib.meta.identifiers {
          inherit (given) pname;
          identifiers = given.meta.identifiers or { };
        };
      }
      // lib.optionalAttrs (position != null) { position = "${position.file}:${toString position.line}"; };
      common = {
        inherit meta;
        inherit (given) pname version;
        src = given.src or null;
        patches = given.patches or [ ];
        passthru = given.passthru or { };
        overrideAttrs =
          change:
          mkDerivation (
            final:
            let
              previous = (if lib.isFunction attributes then attributes else _: attributes) final;
              changed = change final;
            in
            previous // (if lib.isFunction changed then changed previous else change previous)
          );
      }
      // given.passthru or { };
      checked = output: common // {
        inherit (output) type outputName;
        outPath = assert isAllowed package meta; output.outPath;
        drvPath = assert isAllowed package meta; output.drvPath;
      };
      package =
        derived
        // checked derived
        // lib.genAttrs derived.outputs (
          output: derived // checked derived.${output} // { outputSpecified = true; }
        );
    in
    package;
in
{
  inherit mkDerivation;
  hostPlatform = { inherit system isDarwin; };
}
