import { types } from 'pg';
import { AppError } from '../../foundation/errors.ts';
import { databaseErrors } from './errors.ts';

const bigint = 20;
const numeric = 1700;
const bytea = 17;

/** Values as SQLite gives them: integers and sums as numbers, bytes as Uint8Array. */
export const postgresTypes = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') => {
    if (format === 'binary') return types.getTypeParser(oid, 'binary');
    if (oid === bigint) return safeInteger;
    if (oid === numeric) return Number;
    if (oid === bytea) return (text: string) => new Uint8Array(Buffer.from(text.slice(2), 'hex'));
    return types.getTypeParser(oid, 'text');
  },
};

function safeInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new AppError(databaseErrors.failed, `${text} is too large for a number`);
  return value;
}
