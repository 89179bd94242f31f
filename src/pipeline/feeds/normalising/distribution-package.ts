/** A package of a distribution, as a package URL names it. */
export interface DistributionPackage {
  readonly name: string;
  readonly version: string | null;
  readonly architecture: string | null;
  readonly distribution: string | null;
}

/**
 * `pkg:deb/ubuntu/curl@1:7.81.0-1?arch=source&distro=jammy`, or null. Read by hand: documents have tens of thousands, and
 * versions in them are written with and without escapes.
 */
export function distributionPackage(purl: string): DistributionPackage | null {
  const [, path = '', query = ''] = /^pkg:(?:deb|rpm|apk)\/([^?#]{1,500})(?:\?([^#]{0,1000}))?/.exec(purl) ?? [];
  const at = path.indexOf('@');
  const name = decoded((at < 0 ? path : path.slice(0, at)).split('/').at(-1) ?? '');
  if (name === '') return null;
  const qualifiers = new URLSearchParams(query);
  const epoch = qualifiers.get('epoch');
  const version = at < 0 ? null : decoded(path.slice(at + 1));
  return {
    name,
    version: version === null || epoch === null || epoch === '0' ? version : `${epoch}:${version}`,
    architecture: qualifiers.get('arch'),
    distribution: qualifiers.get('distro'),
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
