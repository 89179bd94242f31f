import type { EpochMs } from '../../foundation/clock.ts';
import type { Embargo } from './model.ts';

export interface PreparedFix {
  readonly channel: string;
  readonly patch: string;
  readonly by: string;
  readonly at: EpochMs;
}

/** The newest fix of each channel that was prepared and has not been proposed. */
export function fixesToPropose({ history }: Pick<Embargo, 'history'>): readonly PreparedFix[] {
  const fixes = new Map<string, PreparedFix>();
  for (const event of history) {
    if (event.kind === 'fix')
      fixes.set(event.channel, { channel: event.channel, patch: event.patch, by: event.actor, at: event.at });
    if (event.kind === 'proposed') fixes.delete(event.channel);
  }
  return [...fixes.values()];
}
