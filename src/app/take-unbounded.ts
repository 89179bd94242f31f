import { type Person, refusalOf } from '../accounts/index.ts';
import type { EpochMs } from '../foundation/clock.ts';
import type { TriagePort } from '../http/index.ts';
import type { WalkContext } from '../worker/index.ts';

interface Wanted {
  /** An advisory by any of its ids. */
  readonly id: string;
  /** Null: every channel, every package that it waits for. */
  readonly channel: string | null;
  readonly attrs: readonly string[] | null;
  readonly by: Person;
  readonly at: EpochMs;
}

/** Puts what waits on a list beside the queue into it, in the name of an analyst. */
export async function takeUnbounded(
  { advisories, matches, channels }: WalkContext,
  { id, channel, attrs: wanted, by, at }: Wanted,
): ReturnType<TriagePort['takeUnbounded']> {
  const why = refusalOf(by, 'analyst');
  if (why !== null) return { kind: 'refused', why };
  const advisoryId = (await advisories.byId(id))?.id ?? id;
  const asked = channels.filter((one) => channel === null || one.id === channel);
  const waiting = (await Promise.all(asked.map((one) => matches.apart(one.id, null)))).flat();
  const found = waiting.filter(
    (match) => match.advisoryId === advisoryId && (wanted ?? [match.attr]).includes(match.attr),
  );
  const attrs = [...new Set(found.map(({ attr }) => attr))];
  if (attrs.length === 0) return { kind: 'refused', why: 'nothing_waits' };
  await matches.take({ advisoryId, attrs, actor: by.name, at });
  return { kind: 'taken', advisoryId, attrs };
}
