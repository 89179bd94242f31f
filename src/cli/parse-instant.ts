import { AppError } from '../foundation/errors.ts';

/** A day (its first moment in UTC) or an instant, as epoch milliseconds. */
export function parseInstant(text: string): number {
  const instant = Date.parse(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text);
  if (Number.isFinite(instant)) return instant;
  throw new AppError({ code: 'usage.date', retryable: false }, `${JSON.stringify(text.slice(0, 60))} is not a date`, {
    hint: 'Write 2026-03-01, or 2026-03-01T12:00:00Z.',
  });
}
