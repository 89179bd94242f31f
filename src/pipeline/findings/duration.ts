const pattern = /^P(?:(\d{1,5})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,5})M)?)?$/;

/** An ISO 8601 duration of days, hours and minutes as milliseconds; a day is 24 hours. Null for any other text. */
export function parseDuration(text: string): number | null {
  const parts = pattern.exec(text);
  if (parts === null || text.endsWith('P') || text.endsWith('T')) return null;
  const [, days = 0, hours = 0, minutes = 0] = parts;
  return ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60_000;
}
