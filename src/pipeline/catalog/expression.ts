import { nixString } from './attr-path.ts';

/** One attribute to evaluate on one system. */
export interface Wanted {
  readonly attr: string;
  readonly names: readonly string[];
  readonly system: string;
}

/** What the expression tells through `builtins.trace`: `<nonce>ready:<system>` or `<nonce><index>:<JSON line>`. */
export function evaluationExpression(options: {
  readonly tree: string;
  readonly nonce: string;
  readonly wanted: readonly Wanted[];
}): string {
  const { tree, nonce, wanted } = options;
  const items = wanted.map(({ attr, names, system }, index) => ({ index, attr, names, system }));
  return `let
  items = builtins.fromJSON ${nixString(JSON.stringify(items))};
  nonce = ${nixString(nonce)};
  ${setOf(tree)}
  ${describe}
  packages = builtins.listToAttrs (map (item: {
    name = item.system;
    # Made once: Nix does not remember what a call gave.
    value = let set = setFor item.system; in builtins.seq set (builtins.trace "\${nonce}ready:\${item.system}" set);
  }) items);
  emit = item: builtins.seq packages.\${item.system}
    (builtins.trace "\${nonce}\${toString item.index}:\${builtins.toJSON (describe packages.\${item.system} item)}" null);
in builtins.foldl' (count: item: builtins.seq (emit item) (count + 1)) 0 items`;
}

/** The derivation of one attribute with nothing caught: evaluated only for the message it fails with. */
export function failingExpression(options: { readonly tree: string; readonly wanted: Wanted }): string {
  const { tree, wanted } = options;
  const path = wanted.names.map((name) => `.${nixString(name)}`).join('');
  return `let
  ${setOf(tree)}
in (setFor ${nixString(wanted.system)})${path}.drvPath`;
}

// A Nixpkgs-shaped default.nix is called with the system; unfree and insecure packages are described like others, since
// an advisory is about them too, and neither setting alters a derivation. A flake without inputs needs no fetching.
export function setOf(tree: string): string {
  return `tree = /. + ${nixString(tree)};
  call = f: system:
    let
      given = {
        inherit system;
        overlays = [ ];
        config = { allowUnfree = true; allowInsecurePredicate = _: true; };
      };
      named = builtins.functionArgs f;
    in if !builtins.isFunction f then f
       else f (if named == { } then given else builtins.intersectAttrs named given);
  flake = import (tree + "/flake.nix");
  self = outputs // { inherit outputs; outPath = tree; _type = "flake"; inputs = { }; sourceInfo = { outPath = tree; }; };
  outputs = flake.outputs { inherit self; };
  setFor =
    if builtins.pathExists (tree + "/default.nix") then call (import (tree + "/default.nix"))
    else if !builtins.pathExists (tree + "/flake.nix") then throw "the tree has neither a default.nix nor a flake.nix"
    else if (flake.inputs or { }) != { } then throw "the flake has inputs: give the tree a default.nix that takes { system }"
    else system: outputs.legacyPackages.\${system} or outputs.packages.\${system}
      or (throw "the flake has no legacyPackages for \${system}");`;
}

// Values are reduced to plain data first: a function inside meta would end the evaluation, which nothing can catch. What is
// not data, such as a source, is never forced as a whole: a derivation holds all that it is made with.
const describe = `attempt = default: tried: if tried.success then tried.value else default;
  # Each fact caught by itself, or none: most packages throw nowhere, and to catch costs as much as the facts.
  careful = {
    data = default: value: attempt default (builtins.tryEval (builtins.deepSeq value value));
    value = default: value: attempt default (builtins.tryEval value);
  };
  hasty = { data = _: value: value; value = _: value: value; };
  plain = depth: value:
    if builtins.isString value then builtins.unsafeDiscardStringContext value
    else if builtins.isInt value || builtins.isBool value then value
    else if depth == 0 then null
    else if builtins.isList value then map (plain (depth - 1)) value
    else if builtins.isAttrs value && (value.type or null) != "derivation"
      then builtins.mapAttrs (_: plain (depth - 1)) value
    else null;
  text = value: if builtins.isString value then builtins.unsafeDiscardStringContext value else null;
  texts = value: if builtins.isList value then builtins.filter (item: item != null) (map text value) else [ ];
  isDerivation = value: builtins.isAttrs value && (value.type or null) == "derivation";
  lookup = names: value:
    if names == [ ] then { found = value; }
    else if builtins.isAttrs value && value ? \${builtins.head names}
      then lookup (builtins.tail names) value.\${builtins.head names}
    else { };
  # fetchpatch keeps nothing of its argument revert but the command that turns the patch around.
  takesBack = value: value.revert or false == true
    || builtins.match ".*interdiff \\"[$]out\\" /dev/null.*" (value.postFetch or "") != null;
  fileOf = try: value:
    if builtins.isPath value then { kind = "file"; name = baseNameOf value; path = toString value; }
    else if isDerivation value then {
      kind = "fetched";
      name = try.data null (text value.name);
      urls = try.data [ ] (let many = texts (value.urls or [ ]); one = text (value.url or null);
        in if many != [ ] then many else if one != null then [ one ] else [ ]);
      outputHash = try.data null (text (value.outputHash or null));
      revert = try.data false (takesBack value);
      rev = try.data null (text (value.rev or null));
      tag = try.data null (text (value.tag or null));
      gitRepoUrl = try.data null (text (value.gitRepoUrl or null));
    }
    else if builtins.isString value then { kind = "string"; name = text (baseNameOf value); path = text value; }
    else null;
  filesOf = try: value: builtins.filter (item: item != null) (map (item: try.data null (fileOf try item)) value);
  depends = drv: names: map (input: text input.drvPath)
    (builtins.filter isDerivation (builtins.concatMap (name: let value = drv.\${name} or [ ];
      in if builtins.isList value then value else [ value ]) names));
  inputsOf = drv:
    let
      build = depends drv [ "nativeBuildInputs" "propagatedNativeBuildInputs" "depsBuildBuild" "depsBuildBuildPropagated"
        "depsBuildTarget" "depsBuildTargetPropagated" ];
      run = depends drv [ "buildInputs" "propagatedBuildInputs" "depsHostHost" "depsHostHostPropagated"
        "depsTargetTarget" "depsTargetTargetPropagated" ];
    in if build == [ ] && run == [ ] then null else { inherit build run; };
  licence = value: if builtins.isString value then [ value ]
    else map (item: if builtins.isString item then item else plain 1 item) (if builtins.isList value then value else [ value ]);
  person = value: if builtins.isString value then value
    else { github = text (value.github or null); name = text (value.name or null); };
  record = try: item: drv:
    let
      meta = try.value { } (drv.meta or { });
      src = try.value null (drv.src or null);
      srcs = try.value [ ] (if builtins.isList (drv.srcs or null) then drv.srcs else [ ]);
    in {
      inherit (item) attr system;
      kind = "drv";
      name = text drv.name;
      drvPath = text drv.drvPath;
      outputPaths = builtins.listToAttrs (map (output: { name = output; value = text drv.\${output}.outPath; })
        (drv.outputs or [ "out" ]));
      pname = try.data null (text (drv.pname or null));
      version = try.data null (text (drv.version or null));
      srcs = filesOf try (if src != null then [ src ] else srcs);
      patches = filesOf try (try.value [ ] (if builtins.isList (drv.patches or null) then drv.patches else [ ]));
      inputs = try.data null (inputsOf drv);
      meta = {
        description = try.data null (text (meta.description or null));
        homepage = try.data null (let page = meta.homepage or null;
          in text (if builtins.isList page && page != [ ] then builtins.head page else page));
        mainProgram = try.data null (text (meta.mainProgram or null));
        position = try.data null (text (meta.position or null));
        license = try.data [ ] (licence (meta.license or [ ]));
        maintainers = try.data [ ] (map person (meta.maintainers or [ ]));
        knownVulnerabilities = try.data [ ] (texts (meta.knownVulnerabilities or [ ]));
        identifiers = try.data { } (plain 6 (meta.identifiers or { }));
      };
    };
  describe = set: item:
    let
      at = lookup item.names set;
      made = try:
        let
          all =
            if !(at ? found) then { inherit (item) attr; kind = "missing"; message = "there is no such attribute"; }
            else if !(isDerivation at.found) then { inherit (item) attr; kind = "missing"; message = "the attribute is not a package"; }
            else record try item at.found;
        in builtins.tryEval (builtins.deepSeq all all);
    in attempt (attempt { kind = "throws"; } (made careful)) (made hasty);`;
