import { AppError } from '../../../foundation/errors.ts';

const refused = { code: 'flake-edit.refused', retryable: false } as const;

export interface Refused {
  readonly kind: 'refused';
  /** Names the construct of the file that stands in the way, in one sentence. */
  readonly reason: string;
}

/** Ends the reading of a file that this editor does not fully understand: it never guesses. */
export function refuse(reason: string): never {
  throw new AppError(refused, reason);
}

export function orRefused<Outcome>(work: () => Outcome): Outcome | Refused {
  try {
    return work();
  } catch (error) {
    if (error instanceof AppError && error.code === refused.code) return { kind: 'refused', reason: error.message };
    throw error;
  }
}
