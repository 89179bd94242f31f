import { idsIn } from '../../formats/vulnerability-id/ids-in.ts';
import type { Patch } from '../catalog/index.ts';

/** The vulnerabilities that patches name, each once. */
export function idsOfPatches(patches: readonly Patch[]): readonly string[] {
  return [...new Set(patches.flatMap(({ name, content, urls }) => [name, content ?? '', ...urls].flatMap(idsIn)))];
}
