import type { Instance } from '../catalog/index.ts';

/** What of a Nixpkgs version can be held against a record's bounds. */
export type CarriedVersion =
  /** `text` is what upstream calls it. `snapshotOf` a later state of that version: fixes may be in it that its number does not show. */
  | { readonly kind: 'version'; readonly text: string; readonly snapshot: boolean }
  /** A date or a commit: only bounds that are dates can be compared. */
  | { readonly kind: 'date'; readonly text: string }
  | { readonly kind: 'none'; readonly because: string };

const unstable = /^(.*?)-?unstable(?:-(\d{4}-\d{2}-\d{2}))?$/;
const date = /^(?:19|20)\d{2}[-_.]?(?:0[1-9]|1[0-2])[-_.]?(?:[0-2]\d|3[01])(?!\d)/;

export function versionOf(instance: Pick<Instance, 'pname' | 'version' | 'name' | 'attr'>): CarriedVersion {
  const version = instance.version.trim().replace(/^v(?=\d)/, '');
  if (!/\d/.test(version))
    return { kind: 'none', because: version === '' ? 'the package has no version' : `${version} has no number` };
  const late = unstable.exec(version);
  if (late !== null) {
    const base = late[1] ?? '';
    return base === '' || /^0(?:\.0)*$/.test(base)
      ? { kind: 'none', because: `${version} is a commit's date without a version` }
      : { kind: 'version', text: base, snapshot: true };
  }
  if (date.test(version)) return { kind: 'date', text: version.replaceAll(/(?<=^\d{4})[-_.](\d{2})[-_.]/g, '$1') };
  if (/^[0-9a-f]{7,40}$/.test(version) && /[a-f]/.test(version))
    return { kind: 'none', because: `${version} is a commit` };
  return upstreamOf(instance, version);
}

function upstreamOf({ pname, name, attr }: Pick<Instance, 'pname' | 'name' | 'attr'>, version: string): CarriedVersion {
  const plain = (text: string): CarriedVersion => ({ kind: 'version', text, snapshot: false });
  // A release branch with its fixes: `glibc-2.40-66` is 66 commits after 2.40.
  if (pname === 'glibc') {
    const base = version.replace(/-\d+$/, '');
    return { kind: 'version', text: base, snapshot: base !== version || /-\d+$/.test(name.slice(`${pname}-`.length)) };
  }
  // Upstream counts its patches as a third number: `5.3p3` is 5.3.3.
  if (/^(?:bash|readline)/.test(pname)) return plain(version.replace(/p(\d+)$/, '.$1'));
  // A kernel module is named after the kernel it was built for as well.
  if (/^linux(?:Kernel\.p|P)ackages/.test(attr)) return plain(version.replace(/-\d+\.\d+[\w.-]*$/, ''));
  return plain(version.replace(/(?:esr|-rt\d+|-linux-\w+.*)$/, ''));
}

/** Whether a bound is a date, as a version that is one needs it to be. */
export function isDate(bound: string): boolean {
  return date.test(bound);
}
