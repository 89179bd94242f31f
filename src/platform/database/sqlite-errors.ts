import { AppError, type ErrorKind, messageOf } from '../../foundation/errors.ts';
import { databaseErrors } from './errors.ts';

const causes: Readonly<Record<number, { readonly kind: ErrorKind; readonly hint: string }>> = {
  5: { kind: databaseErrors.locked, hint: 'Another process is writing to the database; try again when it is done.' },
  8: { kind: databaseErrors.unusable, hint: 'Check who owns the database file and its folder; both must be writable.' },
  10: { kind: databaseErrors.unusable, hint: 'The disk reported an error; check it before you go on.' },
  11: { kind: databaseErrors.corrupt, hint: 'Restore the last backup.' },
  13: { kind: databaseErrors.full, hint: 'Free some space on the disk that holds the database.' },
  14: { kind: databaseErrors.unusable, hint: 'Check that the folder of the database exists and is writable.' },
  26: { kind: databaseErrors.corrupt, hint: 'The configured file is something else; correct the path.' },
};

/** What a failure of SQLite means, by the primary result code (https://www.sqlite.org/rescode.html). */
export function sqliteError(file: string, message: string, resultCode: number | null, cause?: unknown): AppError {
  const known = resultCode === null ? undefined : causes[resultCode & 0xff];
  return new AppError(known?.kind ?? databaseErrors.failed, `${file}: ${message}`, {
    ...(known === undefined ? {} : { hint: known.hint }),
    ...(cause === undefined ? {} : { cause }),
  });
}

/** The same for what node:sqlite threw. */
export function explained(file: string, error: unknown): unknown {
  if (!(error instanceof Error) || !('errcode' in error)) return error;
  return sqliteError(file, messageOf(error), Number(error.errcode), error);
}
