const pattern = /^P(?:(\d{1,5})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,5})M)?)?$/;

/** An ISO 8601 duration of days, hours and minutes as milliseconds; a day is 24 hours. Null for any other text. */
export function parseDuration(text: string): number | null {
  const parts = pattern.exec(text);
  if (parts === null || text.endsWith('P') || text.endsWith('T')) return null;
  const [, days = 0, hours = 0, minutes = 0] = parts;
  return ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60_000;
}

/** As `parseDuration` reads it: `P7D`, `PT24H` is `P1D`, nothing is `PT0M`. */
export function writeDuration(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24, minutes % 60];
  const time = `${hours > 0 ? `${hours}H` : ''}${rest > 0 ? `${rest}M` : ''}`;
  if (days === 0 && time === '') return 'PT0M';
  return `P${days > 0 ? `${days}D` : ''}${time === '' ? '' : `T${time}`}`;
}
