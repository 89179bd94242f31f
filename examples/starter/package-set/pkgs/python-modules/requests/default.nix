{
  lib,
  stdenv,
  fetchPypi,
  python3,
  certifi,
  urllib3,
}:

stdenv.mkDerivation (finalAttrs: {
  pname = "requests";
  version = "2.32.3";

  src = fetchPypi {
    inherit (finalAttrs) pname version;
    hash = "sha256-cpAXFG22dNllegHY9MWNCr8hm4AiOYyaXk4bUoVNkwM=";
  };

  buildInputs = [
    certifi
    urllib3
    python3
  ];

  meta = {
    description = "Simple HTTP library for Python";
    homepage = "https://requests.readthedocs.io/";
    license = lib.licenses.asl20;
    maintainers = [ lib.maintainers.okoro ];
    identifiers.purl = "pkg:pypi/requests@${finalAttrs.version}";
  };
})
