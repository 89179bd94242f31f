import { formatPackageUrl } from './package-url.ts';

/** `python3Packages.pillow` is `pkg:nix/python3Packages/pillow`; with its version and channel where they are given. */
export function purlOfAttribute(given: {
  readonly attr: string;
  readonly version?: string;
  readonly channel?: string;
}): string {
  const { attr, version = null, channel } = given;
  const [name = '', ...sets] = attr.split('.').reverse();
  const namespace = sets.reverse().join('/');
  const qualifiers = channel === undefined ? {} : { channel };
  return formatPackageUrl({ type: 'nix', namespace, name, version, qualifiers }) ?? attr;
}
