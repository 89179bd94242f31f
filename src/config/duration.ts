const units: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `90s`, `30m`, `6h`, `2d` in milliseconds; null for anything else or less than a second. */
export function parseDuration(text: string): number | null {
  const parts = /^(\d{1,6})([smhd])$/.exec(text.trim());
  const ms = Number(parts?.[1]) * (units[parts?.[2] ?? ''] ?? Number.NaN);
  return Number.isSafeInteger(ms) && ms >= 1_000 ? ms : null;
}

/** The shortest of the forms that `parseDuration` reads. */
export function writeDuration(ms: number): string {
  for (const unit of ['d', 'h', 'm']) if (ms % (units[unit] ?? 1) === 0) return `${ms / (units[unit] ?? 1)}${unit}`;
  return `${Math.round(ms / 1_000)}s`;
}
