import { AppError, messageOf } from '../../foundation/errors.ts';

export const maxAttempts = 5;

/** How long to wait after the given failed attempt. */
export function backOffMs(attempt: number): number {
  return 1_000 * 2 ** (attempt - 1);
}

export function isWorthAnotherTry(error: unknown, attempt: number): boolean {
  return attempt < maxAttempts && !(error instanceof AppError && !error.retryable);
}

/** What is kept of an error. */
export function keptError(error: unknown): string {
  return messageOf(error).slice(0, 2_000);
}
