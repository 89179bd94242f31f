import type { ReleaseFix } from './model.ts';

/** `9.7p1 to 9.8p1`, or `1.28.0, patched` where the fix left the version alone. */
export function versionStep({ fromVersion, toVersion }: Pick<ReleaseFix, 'fromVersion' | 'toVersion'>): string {
  return fromVersion === toVersion ? `${toVersion}, patched` : `${fromVersion} to ${toVersion}`;
}
