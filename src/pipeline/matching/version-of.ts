import type { Instance } from '../catalog/index.ts';

/** What of a Nixpkgs version can be held against a record's bounds. */
export type CarriedVersion =
  /** `text` is what upstream calls it. `snapshotOf` a later state of that version: fixes may be in it that its number does not show. */
  | { readonly kind: 'version'; readonly text: string; readonly snapshot: boolean }
  /** A date or a commit: only bounds that are dates can be compared. */
  | { readonly kind: 'date'; readonly text: string }
  /** A commit without a version: only history could tell. */
  | { readonly kind: 'commit'; readonly because: string }
  /** None, or a placeholder: such a package matches nothing. */
  | { readonly kind: 'absent'; readonly because: string };

const unstable = /^(.*?)-?unstable(?:-(\d{4}-\d{2}-\d{2}))?$/;
const date = /^(?:19|20)\d{2}[-_.]?(?:0[1-9]|1[0-2])[-_.]?(?:[0-2]\d|3[01])(?!\d)/;

export function versionOf(instance: Pick<Instance, 'pname' | 'version' | 'name' | 'attr'>): CarriedVersion {
  const version = instance.version.trim().replace(/^v(?=\d)/, '');
  if (!/[1-9]/.test(version))
    return { kind: 'absent', because: version === '' ? 'the package has no version' : `${version} is no version` };
  const late = unstable.exec(version);
  if (late !== null) {
    const base = late[1] ?? '';
    return base === '' || /^0(?:\.0)*$/.test(base)
      ? { kind: 'commit', because: `${version} is a commit's date without a version` }
      : { kind: 'version', text: base, snapshot: true };
  }
  const day = plainDate(version);
  if (day !== null) return { kind: 'date', text: day };
  if (isCommit(version)) return { kind: 'commit', because: `${version} is a commit` };
  return upstreamOf(instance, version);
}

/** `25777f3f4e1f`; a run of digits may as well be a date or a number. */
export function isCommit(text: string): boolean {
  return text.length >= 7 && /^\d*[a-f][0-9a-f]*$/.test(text) && text.length <= 40 && !date.test(text);
}

function upstreamOf({ pname, name, attr }: Pick<Instance, 'pname' | 'name' | 'attr'>, version: string): CarriedVersion {
  const plain = (text: string): CarriedVersion => ({ kind: 'version', text, snapshot: false });
  // A release branch with its fixes: `glibc-2.40-66` is 66 commits after 2.40.
  if (pname === 'glibc') {
    const base = version.replace(/-\d+$/, '');
    return { kind: 'version', text: base, snapshot: base !== version || /-\d+$/.test(name.slice(`${pname}-`.length)) };
  }
  // A branch that others carry on after upstream's last release: `2.7.18.12`.
  if (/^2\.7\.18\.\d+$/.test(version) && pname.startsWith('python'))
    return { kind: 'version', text: '2.7.18', snapshot: true };
  // Upstream counts its patches as a third number: `5.3p3` is 5.3.3.
  if (/^(?:bash|readline)/.test(pname)) return plain(version.replace(/p(\d+)$/, '.$1'));
  // A kernel module is named after the kernel it was built for as well.
  if (/^linux(?:Kernel\.p|P)ackages/.test(attr)) return plain(version.replace(/-\d+\.\d+[\w.-]*$/, ''));
  return plain(version.replace(/(?:esr|-rt\d+|-linux-\w+.*)$/, ''));
}

/** `2025-09-19` and `2025_09_19` as `20250919`; null for what does not begin with a date. */
export function plainDate(text: string): string | null {
  return date.test(text) ? text.replace(/^(\d{4})[-_.](\d{2})[-_.]/, '$1$2') : null;
}
