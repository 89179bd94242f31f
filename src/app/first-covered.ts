/** The first covered set of a new workspace: attributes of Nixpkgs that production systems stand on, by category. */
export const firstCovered: Readonly<Record<string, readonly string[]>> = {
  'c-libraries': ['glibc', 'musl', 'libxcrypt', 'libcap', 'libseccomp', 'attr', 'acl', 'pcre2', 'libffi', 'gmp', 'icu'],
  'cryptography-and-tls': ['openssl', 'gnutls', 'nettle', 'libgcrypt', 'gnupg', 'libsodium', 'nss', 'cacert', 'libssh2', 'krb5'],
  compression: ['zlib', 'xz', 'bzip2', 'zstd', 'lz4', 'brotli', 'gzip', 'libarchive', 'unzip', 'p7zip'],
  parsers: ['expat', 'libxml2', 'libxslt', 'jansson', 'json_c', 'yaml-cpp', 'libyaml', 'protobuf'],
  images: ['libpng', 'libjpeg', 'libtiff', 'libwebp', 'freetype', 'imagemagick', 'giflib'],
  runtimes: ['python3', 'nodejs', 'ruby', 'perl', 'php', 'go', 'openjdk', 'lua5_4'],
  databases: ['postgresql', 'mariadb', 'sqlite', 'redis', 'valkey', 'memcached', 'openldap'],
  'web-and-proxies': ['nginx', 'haproxy', 'apacheHttpd', 'caddy', 'traefik', 'envoy', 'varnish'],
  'network-tools': ['curl', 'wget', 'openssh', 'rsync', 'bind', 'unbound', 'dnsmasq', 'nghttp2', 'c-ares', 'iptables', 'wireguard-tools'],
  system: ['linux', 'systemd', 'util-linux', 'sudo', 'shadow', 'pam', 'dbus', 'polkit', 'busybox', 'coreutils', 'bash'],
  'build-and-core-tools': ['git', 'gcc', 'binutils', 'cmake', 'gnumake', 'gnutar', 'patch', 'findutils', 'gnugrep', 'gnused', 'vim'],
  containers: ['runc', 'containerd', 'podman', 'skopeo', 'docker'],
  observability: ['prometheus', 'grafana', 'telegraf', 'fluent-bit', 'vector'],
};
