import type { EmbargoCase, EmbargoEvent } from './model.ts';

/** Where the packages stand, and who works on it, after what happened. */
export function foldEvents(events: readonly EmbargoEvent[]): {
  readonly cases: readonly EmbargoCase[];
  readonly claimedBy: string | null;
} {
  const cases = new Map<string, EmbargoCase>();
  let claimedBy: string | null = null;
  for (const event of events)
    switch (event.kind) {
      case 'matched': {
        const { match } = event;
        const { channel, attr, version } = match;
        const since = cases.get(placeOf(match))?.since ?? event.at;
        cases.set(placeOf(match), { channel, attr, since, match, version, isAffected: true });
        break;
      }
      case 'unmatched': {
        const known = cases.get(placeOf(event));
        if (known !== undefined) cases.set(placeOf(event), { ...known, version: event.version, isAffected: false });
        break;
      }
      case 'claimed':
        claimedBy = event.actor;
        break;
      case 'released':
        claimedBy = null;
        break;
      default:
    }
  return { cases: [...cases.values()], claimedBy };
}

export function placeOf({ channel, attr }: { readonly channel: string; readonly attr: string }): string {
  return `${channel}\n${attr}`;
}
