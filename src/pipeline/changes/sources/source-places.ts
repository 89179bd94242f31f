import { hexOf, parseNixHash } from '../../../formats/nix/hash.ts';
import type { Source } from '../../catalog/index.ts';
import type { SourceSettings } from './model.ts';

/** Nixpkgs' short names for hosts that carry the same files; two each, run by different people where there are. */
const mirrors: Readonly<Record<string, readonly string[]>> = {
  apache: ['https://dlcdn.apache.org/', 'https://archive.apache.org/dist/'],
  cpan: ['https://cpan.metacpan.org/', 'https://www.cpan.org/'],
  debian: ['https://deb.debian.org/debian/', 'https://archive.debian.org/debian-archive/debian/'],
  gnome: ['https://download.gnome.org/', 'https://ftp.acc.umu.se/pub/GNOME/'],
  gnu: ['https://ftpmirror.gnu.org/', 'https://ftp.gnu.org/pub/gnu/'],
  gnupg: ['https://gnupg.org/ftp/gcrypt/', 'https://mirrors.dotsrc.org/gcrypt/'],
  kernel: ['https://cdn.kernel.org/pub/', 'https://mirrors.edge.kernel.org/pub/'],
  pypi: ['https://files.pythonhosted.org/packages/source/'],
  savannah: ['https://download.savannah.nongnu.org/releases/', 'https://ftp.gnu.org/gnu/'],
  sourceforge: ['https://downloads.sourceforge.net/', 'https://netcologne.dl.sourceforge.net/project/'],
  xorg: ['https://xorg.freedesktop.org/releases/', 'https://ftp.x.org/archive/'],
};

/** Addresses of an archive, one a host: two hosts can hardly be spoilt by the same hand. */
export function sourcePlaces(
  { urls, hash }: Pick<Source, 'urls' | 'hash'>,
  settings: Pick<SourceSettings, 'mirrors'>,
): readonly string[] {
  const digest = hash === null ? null : parseNixHash(hash);
  const byDigest =
    digest === null ? [] : settings.mirrors.map((mirror) => `${mirror}/${digest.algorithm}/${hexOf(digest)}`);
  const hosts = new Map<string, string>();
  for (const url of [...urls.flatMap(expanded), ...byDigest]) {
    const parsed = URL.parse(url);
    if (parsed === null || !/^https?:$/.test(parsed.protocol) || hosts.has(parsed.host)) continue;
    hosts.set(parsed.host, url);
  }
  return [...hosts.values()];
}

function expanded(url: string): readonly string[] {
  const [, name = '', rest = ''] = /^mirror:\/\/([\w.-]+)\/(.*)$/.exec(url) ?? [];
  return name === '' ? [url] : (mirrors[name] ?? []).map((base) => base + rest);
}
