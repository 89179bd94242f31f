const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
] as const;

/** `6 d 4 h`: the two largest units, never more. */
export function duration(milliseconds: number): string {
  let rest = Math.abs(milliseconds);
  const parts: string[] = [];
  for (const [name, size] of units) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count} ${name}`);
    if (parts.length === 2 || (parts.length === 1 && count >= 10)) break;
    if (parts.length === 1 && count === 0) break;
  }
  return parts.length === 0 ? 'under a minute' : parts.join(' ');
}

/** `4 h ago`, `just now`. */
export function ago(instant: number, now: number): string {
  const elapsed = now - instant;
  if (Math.abs(elapsed) < 60_000) return 'just now';
  return elapsed > 0 ? `${duration(elapsed)} ago` : `in ${duration(elapsed)}`;
}

/** `12 May 2026`, UTC. */
export function day(instant: number): string {
  return new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' }).format(
    instant,
  );
}

/** `2026-05-12 14:03 UTC`. */
export function minute(instant: number): string {
  return `${new Date(instant).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** `24 hours`, `7 days`: how a promise is worded. */
export function promised(milliseconds: number): string {
  const hours = Math.round(milliseconds / 3_600_000);
  return hours <= 72 ? `${hours} hours` : `${Math.round(hours / 24)} days`;
}

export function bytes(count: number): string {
  if (count < 1000) return `${count} B`;
  if (count < 1_000_000) return `${(count / 1000).toFixed(1)} kB`;
  return `${(count / 1_000_000).toFixed(1)} MB`;
}

export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en-GB')} ${count === 1 ? one : many}`;
}
