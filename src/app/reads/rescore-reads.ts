import type { PortalReads } from '../../http/index.ts';
import type { WalkContext } from '../../worker/index.ts';

/** What a newer matching algorithm would change, where it waits for a person. */
export function rescoreReads({ matches, channels }: WalkContext): Pick<PortalReads, 'rescores' | 'rescore'> {
  return {
    rescores: async () => {
      const shadows = await Promise.all(channels.map(({ id }) => matches.shadow(id)));
      return shadows.flatMap((shadow) => shadow ?? []);
    },
    rescore: async ({ channel, after, limit }) => {
      const shadow = channels.some(({ id }) => id === channel) ? await matches.shadow(channel) : null;
      if (shadow === null) return null;
      const [attr = '', advisoryId = ''] = after?.split(' ') ?? [];
      const found = await matches.differences({
        channel,
        limit: limit + 1,
        after: after === null ? null : { attr, advisoryId },
      });
      const items = found.slice(0, limit);
      const last = items.at(-1);
      const { appeared, vanished, changed } = shadow;
      return {
        shadow,
        items,
        next: found.length > limit && last !== undefined ? `${last.attr} ${last.advisoryId}` : null,
        total: appeared + vanished + changed,
      };
    },
  };
}
