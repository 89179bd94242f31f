{
  system ? builtins.currentSystem,
  config ? { },
  overlays ? [ ],
}:

import ./pkgs/top-level { inherit system config overlays; }
