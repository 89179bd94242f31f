import { decodedOrNull } from '../../../foundation/decoded.ts';

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
  if (!/^pkg:(?:deb|rpm|apk)\//.test(purl) || purl.length > 2000) return null;
  const [named = '', qualifiers = ''] = (purl.split('#', 1)[0] ?? '').split('?', 2);
  const at = named.indexOf('@');
  const path = at < 0 ? named : named.slice(0, at);
  const name = decoded(path.slice(path.lastIndexOf('/') + 1));
  if (name === '') return null;
  const version = at < 0 ? null : decoded(named.slice(at + 1));
  const epoch = qualifierOf(qualifiers, 'epoch');
  return {
    name,
    version: version === null || epoch === null || epoch === '0' ? version : `${epoch}:${version}`,
    architecture: qualifierOf(qualifiers, 'arch'),
    distribution: qualifierOf(qualifiers, 'distro'),
  };
}

function qualifierOf(qualifiers: string, key: string): string | null {
  const all = `&${qualifiers}`;
  const start = all.indexOf(`&${key}=`);
  if (start < 0) return null;
  const from = start + key.length + 2;
  const end = all.indexOf('&', from);
  return decoded(all.slice(from, end < 0 ? undefined : end));
}

function decoded(text: string): string {
  return decodedOrNull(text) ?? text;
}
