import type { PortalReads, UnboundedRow } from '../../http/index.ts';
import type { WalkContext } from '../../worker/index.ts';

const newestFirst = new Intl.Collator('en', { numeric: true });

/** What waits on a list beside the queue, by vulnerability, the newest ids first. */
export function unboundedReads({ matches, channels, advisories }: WalkContext): Pick<PortalReads, 'unbounded'> {
  return {
    unbounded: async ({ list, channel, after, limit }) => {
      const asked = channels.map(({ id }) => id).filter((id) => channel === null || id === channel);
      const found = (await Promise.all(asked.map((id) => matches.apart(id, list)))).flat();
      const byAdvisory = Map.groupBy(found, ({ advisoryId }) => advisoryId);
      const ids = [...byAdvisory.keys()].sort((a, b) => newestFirst.compare(b, a));
      const rest = after === null ? ids : ids.filter((id) => newestFirst.compare(id, after) < 0);
      const shown = rest.slice(0, limit);
      const known = await advisories.byIds(shown);
      const items = shown.map((advisoryId): UnboundedRow => {
        const advisory = known.get(advisoryId);
        return {
          advisoryId,
          title: advisory?.title ?? '',
          band: advisory?.band ?? 'unknown',
          score: advisory?.score ?? null,
          packages: (byAdvisory.get(advisoryId) ?? []).map(({ attr, version, fixedIn, explanation, ...match }) => ({
            channel: match.channel,
            attr,
            version,
            fixedIn,
            explanation,
          })),
        };
      });
      return { items, next: rest.length > limit ? (shown.at(-1) ?? null) : null, total: ids.length };
    },
  };
}
