{ lib }:

{
  /* CPE parts for a version that the CPE dictionary keeps whole. */
  cpeFullVersionWithVendor = vendor: version: {
    inherit vendor version;
    update = "*";
  };

  /* CPE parts for a version such as `1.9.17p2`, which the CPE dictionary splits into version and update. */
  cpePatchVersionInUpdateWithVendor =
    vendor: version:
    let
      split = builtins.match "(.*[0-9])(p[0-9]+)" version;
    in
    {
      inherit vendor;
      version = if split == null then version else builtins.elemAt split 0;
      update = if split == null then "*" else builtins.elemAt split 1;
    };

  /* `meta.identifiers` in full: the product is the package's name where it is not given. */
  identifiers =
    { pname, identifiers }:
    let
      parts = {
        part = "a";
        product = pname;
      }
      // identifiers.cpeParts or { };
      complete = parts ? vendor && parts ? version && parts ? update;
      cpe = "cpe:2.3:${parts.part}:${parts.vendor}:${parts.product}:${parts.version}:${parts.update}:*:*:*:*:*:*";
    in
    identifiers
    // {
      cpeParts = parts;
      possibleCPEs =
        if complete then
          [
            {
              cpeParts = parts;
              inherit cpe;
            }
          ]
        else
          [ ];
    }
    // lib.optionalAttrs complete { inherit cpe; };
}
