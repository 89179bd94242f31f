import { Option } from 'commander';
import { AppError } from '../foundation/errors.ts';

// Without a zone it would be the time of whatever machine reads it.
const written = /^(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2}))?$/;

/** A day (its first moment in UTC) or an instant with its zone, as epoch milliseconds. */
export function parseInstant(text: string): number {
  const [, day = ''] = written.exec(text) ?? [];
  // There is no 30 February.
  const isDay = new Date(`${day}T00:00:00Z`).toJSON()?.startsWith(day) ?? false;
  const at = isDay ? Date.parse(text) : Number.NaN;
  if (Number.isFinite(at)) return at;
  throw new AppError({ code: 'usage.date', retryable: false }, `${JSON.stringify(text.slice(0, 60))} is not a date`, {
    hint: 'Write a day such as 2027-03-01, or an instant with its zone such as 2027-03-01T12:00:00Z.',
  });
}

/** An option that takes one, as epoch milliseconds. */
export function instantOption(flags: string, description: string): Option {
  return new Option(flags, description).argParser(parseInstant);
}
