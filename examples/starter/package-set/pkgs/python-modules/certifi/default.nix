{
  lib,
  stdenv,
  fetchPypi,
  python3,
}:

stdenv.mkDerivation (finalAttrs: {
  pname = "certifi";
  version = "2025.4.26";

  src = fetchPypi {
    inherit (finalAttrs) pname version;
    hash = "sha256-b5fub8uvLsLc9aMCWKZTtbUQslN0YSzks+lHx3hSGkM=";
  };

  buildInputs = [
    python3
  ];

  meta = {
    description = "Mozilla's certificate bundle for Python";
    homepage = "https://github.com/certifi/python-certifi";
    license = lib.licenses.mpl20;
    maintainers = [ lib.maintainers.okoro ];
    identifiers.purl = "pkg:pypi/certifi@${finalAttrs.version}";
  };
})
