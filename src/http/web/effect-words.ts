import type { Effect } from '../../pipeline/changes/index.ts';

/** What a step did to a package: `1.0 to 1.1`. */
export function effectWords(effect: Effect): string {
  switch (effect.kind) {
    case 'bumped':
      return `${effect.from} to ${effect.to}${effect.downgrade ? ' (older)' : ''}`;
    case 'added':
    case 'removed':
      return `${effect.kind} at ${effect.version}`;
    case 'patch-added':
    case 'patch-removed':
    case 'patch-changed':
      return `${effect.kind.replace('-', ' ')}: ${effect.patch}`;
    case 'hash-changed':
      return `other bytes of ${effect.source}`;
    case 'source-moved':
      return `source from ${effect.to}, before from ${effect.from}`;
    case 'vulnerabilities-declared':
      return 'its warnings changed';
    case 'rebuilt':
      return 'built anew';
  }
}
