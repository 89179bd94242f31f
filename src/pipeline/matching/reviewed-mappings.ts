/** A decision of ours, or of the team, on what a package is. `is-not` denies whatever else speaks for it. */
export interface ReviewedMapping {
  readonly pname: string;
  readonly verdict: 'is' | 'is-not';
  readonly vendor: string;
  readonly product: string;
  readonly reason: string;
  /** Shipped ones are about programs: a language's package of that name is another thing. */
  readonly of: 'team' | 'shipped';
}

/** Shipped with the program: names that the CPE dictionary has under several vendors, or under another name than Nixpkgs. */
const known: Readonly<Record<string, string>> = {
  'apache-httpd': 'apache:http_server',
  bash: 'gnu:bash',
  'bash-interactive': 'gnu:bash',
  bind: 'isc:bind',
  binutils: 'gnu:binutils',
  bzip2: 'bzip:bzip2 bzip2_project:bzip2',
  'c-ares': 'c-ares:c-ares c-ares_project:c-ares haxx:c-ares',
  coreutils: 'gnu:coreutils',
  cpio: 'gnu:cpio',
  cups: 'apple:cups openprinting:cups',
  curl: 'haxx:curl haxx:libcurl curl:curl',
  dbus: 'freedesktop:dbus d-bus_project:d-bus',
  dhcpcd: 'dhcpcd_project:dhcpcd',
  docker: 'docker:docker mobyproject:moby',
  expat: 'libexpat_project:libexpat libexpat:expat',
  ffmpeg: 'ffmpeg:ffmpeg',
  file: 'file_project:file',
  freetype: 'freetype:freetype',
  fuse: 'libfuse_project:libfuse fuse_project:fuse',
  fuse3: 'libfuse_project:libfuse fuse_project:fuse',
  gcc: 'gnu:gcc',
  ghostscript: 'artifex:ghostscript',
  git: 'git-scm:git git:git git_project:git',
  glib: 'gnome:glib',
  glibc: 'gnu:glibc',
  gnupg: 'gnupg:gnupg',
  gnutls: 'gnu:gnutls',
  go: 'golang:go',
  grub: 'gnu:grub2 gnu:grub',
  gzip: 'gnu:gzip',
  harfbuzz: 'harfbuzz_project:harfbuzz',
  icu: 'icu-project:international_components_for_unicode unicode:international_components_for_unicode',
  icu4c: 'icu-project:international_components_for_unicode unicode:international_components_for_unicode',
  imagemagick: 'imagemagick:imagemagick',
  krb5: 'mit:kerberos_5 mit:kerberos',
  less: 'greenwoodsoftware:less gnu:less',
  libarchive: 'libarchive:libarchive',
  libjpeg_turbo: 'libjpeg-turbo:libjpeg-turbo',
  'libjpeg-turbo': 'libjpeg-turbo:libjpeg-turbo',
  libpng: 'libpng:libpng',
  libssh2: 'libssh2:libssh2',
  libtiff: 'libtiff:libtiff',
  libvirt: 'redhat:libvirt',
  libwebp: 'webmproject:libwebp',
  libxml2: 'xmlsoft:libxml2',
  libxslt: 'xmlsoft:libxslt',
  linux: 'linux:linux_kernel linux:linux',
  lua: 'lua:lua',
  mariadb: 'mariadb:mariadb',
  ncurses: 'gnu:ncurses',
  nginx: 'f5:nginx nginx:nginx f5:nginx_open_source',
  nodejs: 'nodejs:node.js',
  'nodejs-slim': 'nodejs:node.js',
  nss: 'mozilla:nss mozilla:network_security_services',
  openjpeg: 'uclouvain:openjpeg',
  openldap: 'openldap:openldap',
  openssh: 'openbsd:openssh',
  openssl: 'openssl:openssl',
  openvpn: 'openvpn:openvpn',
  patch: 'gnu:patch',
  pcre: 'pcre:pcre',
  pcre2: 'pcre:pcre2',
  perl: 'perl:perl',
  php: 'php:php',
  polkit: 'polkit_project:polkit',
  postgresql: 'postgresql:postgresql',
  python: 'python:python python:cpython',
  python3: 'python:python python:cpython',
  qemu: 'qemu:qemu',
  redis: 'redis:redis redislabs:redis',
  rsync: 'samba:rsync rsync:rsync',
  ruby: 'ruby-lang:ruby',
  rustc: 'rust-lang:rust',
  samba: 'samba:samba',
  sqlite: 'sqlite:sqlite',
  strongswan: 'strongswan:strongswan',
  sudo: 'sudo_project:sudo todd_miller:sudo',
  systemd: 'systemd_project:systemd freedesktop:systemd',
  tcpdump: 'tcpdump:tcpdump',
  unbound: 'nlnetlabs:unbound',
  unzip: 'info-zip:unzip unzip_project:unzip',
  'util-linux': 'kernel:util-linux',
  vim: 'vim:vim',
  wget: 'gnu:wget',
  wpa_supplicant: 'w1.fi:wpa_supplicant',
  xz: 'tukaani:xz xz_project:xz',
  zlib: 'zlib:zlib gnu:zlib',
  zstd: 'facebook:zstandard',
};

const denied: readonly (readonly [pname: string, identity: string, reason: string])[] = [
  ['cargo', 'mediawiki:cargo', 'an extension of MediaWiki'],
  ['fuse', 'redhat:fuse', "Red Hat's integration platform"],
  ['fuse3', 'redhat:fuse', "Red Hat's integration platform"],
  ['git', 'jenkins:git', 'a plugin of Jenkins'],
  ['hub', 'artifacthub:hub', 'Artifact Hub'],
  ['hub', 'jetbrains:hub', 'JetBrains Hub'],
  ['orca', 'boonex:orca', 'a forum'],
  ['orca', 'spinnaker:orca', 'a part of Spinnaker'],
  ['vault', 'autodesk:vault', "Autodesk's product store"],
  ['vault', 'tibco:vault', "TIBCO's product"],
  ['audit', 'rocket.chat:audit', 'a part of Rocket.Chat'],
  ['nss-cacert', 'mozilla:nss', 'a list of certificates without the library'],
  ['nss-cacert', 'mozilla:network_security_services', 'a list of certificates without the library'],
  ['linux-headers', 'linux:linux_kernel', 'headers without the kernel'],
  ['bpftools', 'linux:linux_kernel', 'a tool from the tree of the kernel'],
  ['bpftool', 'linux:linux_kernel', 'a tool from the tree of the kernel'],
  ['perf-linux', 'linux:linux_kernel', 'a tool from the tree of the kernel'],
];

export const shippedMappings: readonly ReviewedMapping[] = [
  ...Object.entries(known).flatMap(([pname, identities]) =>
    identities.split(' ').map((identity) => mappingOf(pname, 'is', identity, 'shipped with the program')),
  ),
  ...denied.map(([pname, identity, reason]) => mappingOf(pname, 'is-not', identity, reason)),
];

function mappingOf(
  pname: string,
  verdict: ReviewedMapping['verdict'],
  identity: string,
  reason: string,
): ReviewedMapping {
  const [vendor = '', product = ''] = identity.split(':');
  return { pname, verdict, vendor, product, reason, of: 'shipped' };
}
