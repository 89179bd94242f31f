import type { BuildDescription } from './describe-builds.ts';

/** Why a derivation does not apply patches that its package lists; null: it does, or its build fails. */
export function whyUnpatched(
  { attributes }: Pick<BuildDescription, 'attributes'>,
  patches: readonly string[],
): string | null {
  const listed = attributes.patches ?? '';
  const missing = patches.find((patch) => !listed.includes(patch));
  if (missing !== undefined) return `its derivation does not list ${missing}`;
  if (!['', '0'].includes(attributes.dontPatch ?? '')) return 'it sets dontPatch';
  const { patchPhase = '', phases = '' } = attributes;
  if (patchPhase !== '' && !/patch(Phase|es)?\b/.test(patchPhase)) return 'its own patchPhase applies none';
  return phases !== '' && !phases.includes('patchPhase') ? 'its phases leave patchPhase out' : null;
}
