/** Milliseconds since 1970-01-01T00:00:00Z; the only form in which an instant is stored or passed. */
export type EpochMs = number;

/** Where time comes from. Only `app` picks the system clock; tests pass their own. */
export interface Clock {
  readonly now: () => EpochMs;
}

export const systemClock: Clock = { now: () => Date.now() };

/** `2027-03-02`: the day in UTC. */
export function toIsoDay(instant: EpochMs): string {
  return new Date(instant).toISOString().slice(0, 10);
}

/** `2027-03-02T10:00:00Z`, without milliseconds when they are zero. */
export function toIso(instant: EpochMs): string {
  return new Date(instant).toISOString().replace('.000Z', 'Z');
}

export function isoOrNull(instant: EpochMs | null): string | null {
  return instant === null ? null : toIso(instant);
}
