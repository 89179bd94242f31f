import { plainName } from '../feeds/index.ts';

/** How CNAs write a vendor, or a vendor and product, that the CPE dictionary has under another name. */
const aliases: ReadonlyMap<string, string> = new Map(
  Object.entries({
    'linux:linux': 'linux:linux_kernel',
    the_gnu_c_library: 'gnu',
    gnu_c_library: 'gnu',
    gnu_libc: 'gnu',
    the_tcpdump_group: 'tcpdump',
    python_software_foundation: 'python',
    'python_software_foundation:cpython': 'python:python',
    'apache_software_foundation:apache_http_server': 'apache:http_server',
    apache_software_foundation: 'apache',
    'isc:bind_9': 'isc:bind',
    php_group: 'php',
    the_php_group: 'php',
    'node.js:node': 'nodejs:node.js',
    'nodejs:node': 'nodejs:node.js',
    nlnet_labs: 'nlnetlabs',
    'f5:nginx_open_source': 'f5:nginx',
    'chromium:libwebp': 'webmproject:libwebp',
    red_hat: 'redhat',
    openssl_software_foundation: 'openssl',
    curl_project: 'haxx',
    'curl:curl': 'haxx:curl',
    go_standard_library: 'golang',
    the_sqlite_project: 'sqlite',
    openbsd_project: 'openbsd',
  }),
);

/** Vendors that ship what others make: a product under their name is theirs, and as a CNA they speak for others. */
const distributions: ReadonlySet<string> = new Set([
  'redhat',
  'red_hat',
  'fedora',
  'fedoraproject',
  'debian',
  'canonical',
  'ubuntu',
  'suse',
  'opensuse',
  'novell',
  'gentoo',
  'oracle',
  'netapp',
  'apple',
  'amazon',
  'alpine',
  'alpinelinux',
  'arch_linux',
  'mandriva',
  'mandrakesoft',
  'centos',
  'siemens',
  'ibm',
  'hp',
  'hpe',
  'wolfi',
  'chainguard',
  'bitnami',
]);

export function isDistribution(vendor: string): boolean {
  return distributions.has(vendor) || /^(?:fedora|debian|ubuntu|red_hat|suse|opensuse|centos)_[\d.]+/.test(vendor);
}

/** Nobody in particular. */
export function isNoVendor(vendor: string): boolean {
  return ['', 'n/a', '*', '-', 'unknown', 'unspecified', 'none'].includes(vendor);
}

export interface VendorProduct {
  readonly vendor: string;
  readonly product: string;
}

/** Vendor and product in the dictionary's writing; `renamed` when an alias was needed. */
export function canonicalProduct(vendor: string, product: string): VendorProduct & { readonly renamed: boolean } {
  const [plainVendor, plainProduct] = [plainName(vendor), plainName(product)];
  const whole = aliases.get(`${plainVendor}:${plainProduct}`);
  if (whole !== undefined) {
    const [to = '', of = ''] = whole.split(':');
    return { vendor: to, product: of, renamed: true };
  }
  const alias = aliases.get(plainVendor);
  return { vendor: alias ?? plainVendor, product: plainProduct, renamed: alias !== undefined };
}

const spellings = Map.groupBy(
  [...aliases].filter(([from]) => from.includes(':')),
  ([, to]) => to,
);

/** The products under which CNAs file what the dictionary has as this one: `node` for `nodejs:node.js`. */
export function spellingsOf({ vendor, product }: VendorProduct): readonly string[] {
  return (spellings.get(`${vendor}:${product}`) ?? []).map(([from]) => from.slice(from.indexOf(':') + 1));
}

/** `The curl Project` and `curl`, `acme-inc` and `acme`: the word that is left without what vendors are called. */
export function vendorStem(vendor: string): string {
  return vendor
    .replace(/^the_/, '')
    .replace(
      /_?(?:software_foundation|foundation|project|software|systems|team|group|developers|community|labs|inc\.?|llc|ltd\.?|gmbh|corporation|corp\.?|org)$/,
      '',
    )
    .replaceAll(/[^a-z0-9]/g, '');
}
