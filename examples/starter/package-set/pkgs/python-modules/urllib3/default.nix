{
  lib,
  stdenv,
  fetchPypi,
  python3,
}:

stdenv.mkDerivation (finalAttrs: {
  pname = "urllib3";
  version = "2.4.0";

  src = fetchPypi {
    inherit (finalAttrs) pname version;
    hash = "sha256-yroHsjn0lOHfc13HKZc5g2IcKf2E8s+EGm2tdcOoby4=";
  };

  buildInputs = [
    python3
  ];

  meta = {
    description = "HTTP client with thread-safe connection pooling";
    homepage = "https://github.com/urllib3/urllib3";
    license = lib.licenses.mit;
    maintainers = [ lib.maintainers.okoro ];
    identifiers.purl = "pkg:pypi/urllib3@${finalAttrs.version}";
  };
})
