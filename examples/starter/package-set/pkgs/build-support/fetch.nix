{ lib, system }:

# Fixed-output derivations, as in Nixpkgs. What `mirror/` holds under the name is copied from there; anything else is
# fetched from its real address.
let
  mirror = ../../mirror;

  fetch =
    {
      name,
      urls,
      hash,
      ...
    }@given:
    let
      mirrored = mirror + "/${name}";
      way =
        if builtins.pathExists mirrored then
          {
            inherit system;
            builder = "/bin/sh";
            args = [
              "-euc"
              ''while IFS= read -r line; do printf '%s\n' "$line"; done <"$mirrored" >"$out"''
            ];
            inherit mirrored;
          }
        else
          {
            system = "builtin";
            builder = "builtin:fetchurl";
            url = builtins.head urls;
            preferLocalBuild = true;
          };
    in
    derivation (
      way
      // removeAttrs given [ "hash" ]
      // {
        outputHashMode = "flat";
        outputHash = hash;
      }
    );
in
{
  fetchurl =
    {
      url ? null,
      urls ? [ url ],
      name ? baseNameOf (builtins.head urls),
      hash,
    }:
    fetch { inherit name urls hash; };

  fetchFromGitHub =
    {
      owner,
      repo,
      tag,
      hash,
    }:
    fetch {
      name = "${repo}-${builtins.replaceStrings [ "/" ] [ "-" ] tag}.tar.gz";
      urls = [ "https://github.com/${owner}/${repo}/archive/refs/tags/${tag}.tar.gz" ];
      gitRepoUrl = "https://github.com/${owner}/${repo}.git";
      inherit
        owner
        repo
        tag
        hash
        ;
    };

  fetchPypi =
    {
      pname,
      version,
      hash,
    }:
    fetch {
      name = "${pname}-${version}.tar.gz";
      urls = [ "https://files.pythonhosted.org/packages/source/${builtins.substring 0 1 pname}/${pname}/${pname}-${version}.tar.gz" ];
      inherit hash;
    };

  fetchpatch =
    {
      name,
      url,
      hash,
    }:
    fetch {
      inherit name hash;
      urls = [ url ];
    };
}
