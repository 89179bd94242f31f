import type { Match } from './model.ts';

/** What shows that a package as it is evaluated has the fix, or that it has not. */
export type FixShown =
  | { readonly kind: 'version'; readonly says: string }
  | { readonly kind: 'patch'; readonly says: string; readonly patches: readonly string[] }
  | { readonly kind: 'lacking'; readonly says: string };

/** Null where nothing shows either: what is in doubt is for a person. */
export function fixShown({ status, version, ranges, patch, explanation }: Match): FixShown | null {
  if (status === 'affected') return { kind: 'lacking', says: explanation };
  if (status === 'under_investigation') return null;
  const past = ranges.find(({ outcome }) => outcome === 'out');
  if (past !== undefined && ranges.every(({ outcome }) => outcome !== 'in'))
    return { kind: 'version', says: `version ${version}: ${past.because} (${past.source} ${past.recordId})` };
  if (patch.state !== 'verified' && patch.state !== 'claimed') return null;
  const how = patch.state === 'verified' ? 'is the fix' : 'names the vulnerability';
  return { kind: 'patch', says: `its patch ${patch.patches.join(', ')} ${how}`, patches: patch.patches };
}
