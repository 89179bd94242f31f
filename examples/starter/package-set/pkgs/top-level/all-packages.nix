final: {
  # Packages that need other arguments than those of their names.
  curlMinimal = final.curl.override { libssh2 = null; };
}
