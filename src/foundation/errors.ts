/** Whether a failed job should be tried again, or a request may be repeated. */
export interface ErrorKind {
  readonly code: string;
  readonly retryable: boolean;
}

/**
 * A failure with a stable `code`. Expected outcomes are returned as unions instead.
 * `hint` says what the reader can do next, in one sentence.
 */
export class AppError extends Error {
  readonly code: string;
  readonly retryable: boolean;
  readonly hint: string | undefined;

  constructor(kind: ErrorKind, message: string, options: { readonly cause?: unknown; readonly hint?: string } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = kind.code;
    this.retryable = kind.retryable;
    this.hint = options.hint;
  }
}

/** The message of anything thrown, on one line. */
export function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replaceAll(/\s*\n\s*/g, ' ').trim();
}

/** The message with what to do next, for where one text is kept. */
export function adviceOf(error: unknown): string {
  const message = messageOf(error);
  return error instanceof AppError && error.hint !== undefined ? `${message}. ${error.hint}` : message;
}
