import { AppError } from '../../foundation/errors.ts';
import { blobErrors } from './errors.ts';

/** Refuses a key that is not plain segments of `[a-z0-9._+-]` between slashes. A leading dot is for the store's own files. */
export function checkedKey(key: string): string {
  const fine = key.length <= 500 && key.split('/').every((segment) => /^[a-z0-9_+-][a-z0-9._+-]{0,199}$/.test(segment));
  if (!fine) throw new AppError(blobErrors.badKey, `not a blob key: ${JSON.stringify(key.slice(0, 100))}`);
  return key;
}
