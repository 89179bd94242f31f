const day = 86_400_000;
const earliest = Date.UTC(1980, 0, 1);

/** An ISO 8601 date or time as an instant; without a zone it is UTC. Null before 1980 and more than a day ahead. */
export function plausibleInstant(text: string | null, now: number): number | null {
  if (text === null || text.length < 10 || text.length > 40) return null;
  const hasZone = /(?:Z|[+-]\d\d:?\d\d)$/i.test(text);
  const instant = Date.parse(text.length === 10 || hasZone ? text : `${text}Z`);
  return Number.isNaN(instant) || instant < earliest || instant > now + day ? null : instant;
}
