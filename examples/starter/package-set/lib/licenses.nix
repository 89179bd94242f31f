{
  artistic1 = {
    fullName = "Artistic License 1.0";
    spdxId = "Artistic-1.0";
  };
  asl20 = {
    fullName = "Apache License 2.0";
    spdxId = "Apache-2.0";
  };
  bsd0 = {
    fullName = "BSD Zero Clause License";
    spdxId = "0BSD";
  };
  bsd2 = {
    fullName = "BSD 2-clause \"Simplified\" License";
    spdxId = "BSD-2-Clause";
  };
  bsd3 = {
    fullName = "BSD 3-clause \"New\" or \"Revised\" License";
    spdxId = "BSD-3-Clause";
  };
  bsdOriginal = {
    fullName = "BSD 4-clause \"Original\" or \"Old\" License";
    spdxId = "BSD-4-Clause";
  };
  curl = {
    fullName = "curl License";
    spdxId = "curl";
  };
  ftl = {
    fullName = "FreeType License";
    spdxId = "FTL";
  };
  gpl2Only = {
    fullName = "GNU General Public License v2.0 only";
    spdxId = "GPL-2.0-only";
  };
  gpl2Plus = {
    fullName = "GNU General Public License v2.0 or later";
    spdxId = "GPL-2.0-or-later";
  };
  gpl3Plus = {
    fullName = "GNU General Public License v3.0 or later";
    spdxId = "GPL-3.0-or-later";
  };
  ijg = {
    fullName = "Independent JPEG Group License";
    spdxId = "IJG";
  };
  lgpl21Plus = {
    fullName = "GNU Lesser General Public License v2.1 or later";
    spdxId = "LGPL-2.1-or-later";
  };
  lgpl2Plus = {
    fullName = "GNU Library General Public License v2 or later";
    spdxId = "LGPL-2.0-or-later";
  };
  libpng2 = {
    fullName = "PNG Reference Library version 2";
    spdxId = "libpng-2.0";
  };
  libtiff = {
    fullName = "libtiff License";
    spdxId = "libtiff";
  };
  mit = {
    fullName = "MIT License";
    spdxId = "MIT";
  };
  mpl20 = {
    fullName = "Mozilla Public License 2.0";
    spdxId = "MPL-2.0";
  };
  openldap = {
    fullName = "Open LDAP Public License v2.8";
    spdxId = "OLDAP-2.8";
  };
  openssl = {
    fullName = "OpenSSL License";
    spdxId = "OpenSSL";
  };
  postgresql = {
    fullName = "PostgreSQL License";
    spdxId = "PostgreSQL";
  };
  psfl = {
    fullName = "Python Software Foundation License version 2";
    spdxId = "Python-2.0";
  };
  publicDomain = {
    fullName = "Public Domain";
    shortName = "publicDomain";
  };
  ruby = {
    fullName = "Ruby License";
    spdxId = "Ruby";
  };
  sudo = {
    fullName = "Sudo License (ISC-style)";
    shortName = "sudo";
  };
  unfreeRedistributable = {
    fullName = "Unfree redistributable";
    shortName = "unfreeRedistributable";
    free = false;
  };
  vim = {
    fullName = "Vim License";
    spdxId = "Vim";
  };
  zlib = {
    fullName = "zlib License";
    spdxId = "Zlib";
  };
}
